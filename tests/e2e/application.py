"""The real application, started as `make run` starts it, with a state directory of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, structs

from tests.crash.family import children, kill, networks
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60.0
END_LIMIT_S = 20.0


class Application(Struct, frozen=True):
    url: str
    username: str
    password: str
    pid: int = 0

    @contextmanager
    def halted(self) -> Iterator[None]:
        """No test gets on meanwhile."""
        (engine,) = (
            pid for pid in children(self.pid) if b"backend.engine\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
        )
        template = max(networks(engine))
        kill(template, signal.SIGSTOP)
        try:
            yield
        finally:
            kill(template, signal.SIGCONT)


@contextmanager
def running(state: Path, settings: Mapping[str, str] | None = None) -> Iterator[Application]:
    """`settings`: of the environment. What it logs is kept in a file, as nobody empties a pipe while a test runs, and
    is added to an error.
    """
    if not (ROOT / "frontend" / "dist" / "index.html").is_file():
        raise FileNotFoundError("frontend/dist is not built: make test builds it, or npm run build in frontend/")
    command = [sys.executable, "-m", "backend.cli.serve", "--port", str(_free_port())]
    environment = os.environ | {"TSIM_STATE": str(state), "PYTHONUNBUFFERED": "1"} | dict(settings or {})
    log = state / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, "the application", START_LIMIT_S)
        yield structs.replace(_printed(log.read_text()), pid=process.pid)
    except Exception as error:
        error.add_note(f"the application said:\n{log.read_text()}")
        raise
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(END_LIMIT_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _printed(text: str) -> Application:
    """What a person reads from the terminal: the address, the user and the first password."""
    found = [re.search(pattern, text) for pattern in (r"(http://\S+)", r"user +(\S+)", r"password +(\S+)")]
    url, username, password = (match.group(1) if match else "" for match in found)
    if not (url and username and password):
        raise RuntimeError("the application printed no address and password")
    return Application(url, username, password)
