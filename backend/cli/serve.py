"""`python -m backend.cli.serve`: engine and web together in the foreground; Ctrl-C ends both."""

import argparse
import http.client
import os
import signal
import socket
import sys
from collections.abc import Sequence
from time import monotonic, sleep

import msgspec

from backend import config
from backend.cli import children
from backend.config import Config, ConfigError
from backend.engine import Client, EngineError
from backend.store.error import StoreError
from backend.store.secret import read_secret

START_LIMIT_S = 60.0


class ServeError(Exception):
    """It cannot be served; the text says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        settings = _settings(arguments)
        _check_port(settings)
        _make_state(settings)
        return _serve(settings)
    except (ConfigError, ServeError, StoreError) as error:
        print(f"tsim: {error}", file=sys.stderr)
        return 1


def _settings(arguments: Sequence[str] | None) -> Config:
    parser = argparse.ArgumentParser(prog="backend.cli.serve", description=__doc__)
    parser.add_argument("--port", help="the port on loopback")
    port = parser.parse_args(arguments).port
    settings = config.from_environment()
    if settings.bind.startswith("unix:"):
        raise ServeError(f"GUNICORN_BIND: {settings.bind} is no address and port, which is what is served here")
    if port is None:
        return settings
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise ServeError(f"--port: {port!r} is no port; there are 1 to 65535")
    host = settings.bind.rpartition(":")[0]
    return msgspec.structs.replace(settings, bind=config.parse_bind(f"{host}:{port}", "--port"))


def _check_port(settings: Config) -> None:
    host, port = _address(settings)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            hint = f"choose another: make run PORT={port + 1 if port < 65535 else port - 1}"
            raise ServeError(f"port {port} on {host} cannot be used ({error.strerror}); {hint}") from error


def _make_state(settings: Config) -> None:
    """Before anything is started, so that one line says it and not each process with a traceback."""
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        reason = "" if os.access(settings.state, os.R_OK | os.W_OK | os.X_OK) else "it cannot be written"
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise ServeError(f"state directory {settings.state}: {reason}; TSIM_STATE chooses another")


def _serve(settings: Config) -> int:
    stop: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda given, _: stop.append(given))
    environment = config.environment(settings)
    web = [sys.executable, "-m", "gunicorn", "-c", "python:backend.gunicorn_config", "backend.wsgi:app"]
    running: list[children.Child] = []
    try:
        engine = children.start("the engine", [sys.executable, "-m", "backend.engine"], environment)
        running.append(engine)
        if settings.pam:  # last to end, since the engine asks it
            running.append(children.start("the password check", [sys.executable, "-m", "backend.auth"], environment))
        running.insert(0, children.start("the web", web, environment))  # first to end: it asks the engine
        if _wait_for_page(settings, engine, running, stop):
            print(_welcome(settings), flush=True)
        while not stop:
            gone = children.ended(running)
            if gone is not None:
                raise ServeError(f"{children.how_ended(gone)}, so the rest is ended too")
            sleep(0.1)
        print("tsim: ending", flush=True)
        return 0
    finally:
        children.end(running)


def _wait_for_page(
    settings: Config, engine: children.Child, running: Sequence[children.Child], stop: Sequence[int]
) -> bool:
    """True when the page and the engine behind it answer, False when somebody stopped it or a child ended."""
    deadline = monotonic() + START_LIMIT_S
    while not stop and children.ended(running) is None:
        if _engine_at(settings) == engine.process.pid and status(settings, "/readyz") == 200:
            page = status(settings, "/")
            if page == 200:
                return True
            if page is not None:
                raise ServeError(f"there is no page in {settings.page}")
        if monotonic() > deadline:
            raise ServeError(f"the page does not answer after {START_LIMIT_S:g} s")
        sleep(0.05)
    return False


def _engine_at(settings: Config) -> int | None:
    """The process that answers as engine, which is another one's where two use the same state directory."""
    client = Client(settings.engine_socket, deadline_s=2.0)
    try:
        pid: int = msgspec.json.decode(client.call("health"))["pid"]
    except EngineError:
        return None
    finally:
        client.close()
    return pid


def status(settings: Config, path: str) -> int | None:
    host, port = _address(settings)
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _address(settings: Config) -> tuple[str, int]:
    host, _, port = settings.bind.rpartition(":")
    return host.strip("[]"), int(port)


def _welcome(settings: Config) -> str:
    password = read_secret(settings.first_password_file)
    lines = [
        "",
        f"  tsim is at    http://{settings.bind}/",
        f"  network       {settings.facts}",
    ]
    if password is not None:
        lines += ["  user          admin", f"  password      {password}"]
    return "\n".join([*lines, "  Ctrl-C ends it.", ""])


if __name__ == "__main__":
    sys.exit(main())
