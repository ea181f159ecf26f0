"""Settings of gunicorn: `gunicorn -c python:backend.gunicorn_config backend.wsgi:app`."""

import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from time import monotonic
from typing import Any

from gunicorn.glogging import Logger

from backend import logs
from backend.config import ConfigError, from_environment

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
warnings.filterwarnings("ignore", message="The eventlet worker is deprecated")

try:
    _settings = from_environment()
except ConfigError as error:
    sys.exit(f"web: {error}")  # gunicorn would show where it was raised

bind = _settings.bind
workers = _settings.workers
loglevel = _settings.log_level
logconfig_dict = logs.settings("web", _settings.log_format, _settings.log_level)
worker_class = _settings.worker_class
worker_connections = _settings.connections
threads = 1 if _settings.is_green else _settings.connections  # of a gthread worker: one for each open socket
timeout = 120
graceful_timeout = 20  # for what was asked; sockets are sent away at once (backend/web/ending.py)
HEADERS_S = 5
"""So long they may take to arrive, with the green worker as the pause between two requests of one connection."""
keepalive = HEADERS_S if _settings.is_green else 0  # of a gthread worker all places are threads: it could keep none
# Who is a proxy is said by TSIM_PROXIES; gunicorn would believe everybody on this machine.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
# The worker's heartbeat is a file; on a disk that is busy, touching it could block the worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def when_ready(server: Any) -> None:
    """The worker's class is chosen on purpose, so its warning at each start is no news (workers inherit this)."""
    server.log.error_log.addFilter(_is_news)


class Log(Logger):  # type: ignore[misc]  # it has no types
    def access(self, *_: object) -> None:
        """The application logs requests itself. gunicorn would put a line together for each one and throw it away."""


_reading: list[Any] = []


def worker_exit(_server: Any, worker: Any) -> None:
    """Sockets that are still open have had their grace. Python would wait for their threads, for good
    (_python_exit in concurrent/futures/thread.py).
    """
    if worker.booted and not _settings.is_green:
        logging.shutdown()
        os._exit(0)


class _Name:
    """All that the worker asks of a listener for each connection."""

    def __init__(self, name: object) -> None:
        self._name = name

    def getsockname(self) -> object:
        return self._name


def post_worker_init(worker: Any) -> None:
    """A worker that is told to end closes its listener, and then would cut off what it has accepted just before, since
    it asks the listener for its name (gunicorn/workers/base_async.py, handle; geventlet.py, _eventlet_serve).
    """
    threading.Thread(target=worker.wsgi.accompany, args=(lambda: worker.alive,), daemon=True).start()
    handle = worker.handle
    if _settings.is_green:
        name = _Name(worker.sockets[0].getsockname())
        worker.handle = lambda _, client, address: handle(name, client, address)
    else:
        worker.handle = _limited(handle)


def _limited(handle: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Headers may take as long as with the green worker. This one would wait for good, with one of its threads."""
    from backend.deadlines import Deadlines  # here the worker has loaded all that it patches

    deadlines = Deadlines()
    _reading.append(deadlines)

    def limited(connection: Any) -> Any:
        deadlines.begin(connection.sock, monotonic() + HEADERS_S)
        try:
            return handle(connection)
        finally:
            deadlines.end(connection.sock)

    return limited


def pre_request(_worker: Any, request: Any) -> None:
    """Its headers are there."""
    for deadlines in _reading:
        deadlines.end(request.unreader.sock)


logger_class = Log


def _is_news(record: logging.LogRecord) -> bool:
    return "eventlet worker is DEPRECATED" not in str(record.msg)
