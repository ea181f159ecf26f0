"""deploy/start.sh, for machines without systemd."""

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small import write_small_network
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "start.sh"


class Start:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        page = folder / "page"
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>tsim</title>\n")
        self.state = folder / "state"
        settings = {"state": self.state, "page": page, "facts": write_small_network(folder / "facts", [22])}
        self.file = folder / "tsim.toml"
        self.file.write_text("".join(f'{name} = "{value}"\n' for name, value in settings.items()))
        self.variables = os.environ | {"CONFIG_PATH": str(self.file)}

    def run(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            [SCRIPT, *words],
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    one = Start(tmp_path)
    yield one
    assert one.run("stop")[0] == 0


def test_in_the_background_until_it_is_stopped(start: Start) -> None:
    assert start.run("status") == (3, f"tsim is not started (state: {start.state})\n")
    code, said = start.run("--daemon", "--bind", start.address, "--log-level", "info")
    assert code == 0, said
    assert f"http://{start.address}/" in said
    assert "password" in said
    with urllib.request.urlopen(f"http://{start.address}/readyz", timeout=30) as answer:
        assert answer.status == 200
    code, said = start.run("status")
    assert (code, said[: said.index("(")]) == (0, f"tsim runs at http://{start.address} ")
    code, said = start.run("--daemon", "--bind", start.address)
    assert code == 1
    assert "it runs already" in said
    assert start.run("stop") == (0, "tsim has ended\n")
    assert start.run("status")[0] == 3


def test_in_the_foreground_until_it_is_interrupted(start: Start) -> None:
    process = subprocess.Popen(
        [SCRIPT, "--bind", start.address],
        env=start.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    assert any("Ctrl-C" in line for line in process.stdout)
    assert start.run("status")[0] == 0
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    process.stdout.close()


def test_what_cannot_be_started_says_why(start: Start) -> None:
    assert start.run("--loud") == (2, "start.sh: --loud: no such option; --help lists them\n")
    assert start.run("--bind") == (2, "start.sh: --bind needs a value\n")
    assert start.run("--bind", "here") == (
        1,
        "start.sh: GUNICORN_BIND: 'here' should be ADDRESS:PORT, such as 127.0.0.1:8000, or unix:/PATH\n",
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = start.run("--daemon", "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert code == 1
    assert "cannot be used" in said
    start.file.write_text("bindd = 5\n")
    code, said = start.run("--daemon")
    assert (code, "bindd in" in said, "line 1" in said, "Traceback" in said) == (1, True, True, False)
    start.file.write_text(f'state = "{start.state}"\n')
    wait_for(lambda: start.run("status")[0] == 3, "the end")
