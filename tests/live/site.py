"""A real gunicorn in front of a real engine."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask
import msgspec

from backend.config import Config, environment
from backend.engine import Client
from backend.web import create_app
from tests.waiting import wait_for

START_S = 60.0
KEY = "a key for tests only"
COMMAND = [sys.executable, "-m", "gunicorn", "-c", "python:backend.gunicorn_config"]
APPLICATION = "backend.wsgi:app"
UNIX = "unix:"
ALIVE = b"GET /healthz HTTP/1.0\r\n\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Web:
    """Started again as often as one likes, at the same address."""

    def __init__(self, config: Config, log: Path, application: str = APPLICATION) -> None:
        """At a Unix socket, where the config names one, for a proxy to ask; else at a port of its own."""
        bind = config.bind if config.bind.startswith(UNIX) else f"127.0.0.1:{free_port()}"
        worker = os.environ.get("GUNICORN_WORKER_CLASS", config.worker_class)  # as `make gthread` says it
        self.config = msgspec.structs.replace(config, bind=bind, secret_key=KEY, worker_class=worker)
        self.log = log
        self._command = [*COMMAND, application]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.config.bind}"

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.config.bind.rpartition(":")
        return host, int(port)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, env=environment(self.config), stdout=output, stderr=subprocess.STDOUT
            )
        wait_for(self._is_ready, f"the web ({self.log})", START_S)

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the web ended with {self._process.returncode}: {self.log.read_text()}")
        try:
            with self._connected() as connection:
                connection.sendall(ALIVE)
                return b" 200 " in connection.recv(1000)
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        if not self.config.bind.startswith(UNIX):
            return socket.create_connection(self.address, 30)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(30)
        connection.connect(self.config.bind.removeprefix(UNIX))
        return connection

    def kill(self) -> None:
        """As `kill -9` does, with its worker."""
        assert self._process is not None
        for pid in [*self.workers, self._process.pid]:
            os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """To gunicorn itself."""
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """The code that it ends with."""
        assert self._process is not None
        return self._process.wait(60)

    def stop(self) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # at once: nobody waits for sockets that are open
            self._process.wait(30)

    @property
    def pid(self) -> int:
        """Of gunicorn itself."""
        assert self._process is not None
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        assert self._process is not None
        pid = self._process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def ask(self, path: str, **headers: str) -> tuple[int, Any]:
        """GET."""
        return self._asked(urllib.request.Request(self.url + path, headers=headers))

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
        return self._asked(urllib.request.Request(self.url + path, body, headers))

    def _asked(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _json(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())

    def cookie(self, session: str) -> dict[str, str]:
        """As a browser that has signed in sends it."""
        app = create_app(self.config, Client(self.config.engine_socket))
        with app.test_request_context():
            flask.session["id"] = session
            answer = app.process_response(flask.Response())
        return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}


@contextmanager
def web(config: Config, log: Path, application: str = APPLICATION) -> Iterator[Web]:
    running = Web(config, log, application)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def _json(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return data.decode()
