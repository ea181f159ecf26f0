"""The real application, started as `make run` starts it, with a state directory of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60.0
END_LIMIT_S = 20.0


class Application(Struct, frozen=True):
    url: str
    username: str
    password: str


@contextmanager
def running(state: Path) -> Iterator[Application]:
    if not (ROOT / "frontend" / "dist" / "index.html").is_file():
        raise FileNotFoundError("frontend/dist is not built: make test builds it, or npm run build in frontend/")
    command = [sys.executable, "-m", "backend.cli.serve", "--port", str(_free_port())]
    environment = os.environ | {"TSIM_STATE": str(state), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _printed(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=END_LIMIT_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _printed(process: "subprocess.Popen[str]") -> Application:
    """What a person reads from the terminal: the address, the user and the first password."""
    assert process.stdout is not None
    limit = threading.Timer(START_LIMIT_S, process.terminate)
    limit.start()
    text = ""
    try:
        for line in process.stdout:
            text += line
            if "Ctrl-C" in line:
                break
    finally:
        limit.cancel()
    found = [re.search(pattern, text) for pattern in (r"(http://\S+)", r"user +(\S+)", r"password +(\S+)")]
    url, username, password = (match.group(1) if match else "" for match in found)
    if not (url and username and password):
        process.kill()
        raise RuntimeError(f"the application printed no address and password:\n{text}")
    return Application(url, username, password)
