import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from backend.config import Config, environment
from backend.engine import Client
from tests.small import write_small_network
from tests.waiting import wait_for

COMMAND = [sys.executable, "-m", "backend.engine"]


@pytest.mark.serial
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_leaves_no_socket(config: Config, tmp_path: Path, number: signal.Signals) -> None:
    settings = msgspec.structs.replace(config, facts=write_small_network(tmp_path / "small"))
    process = subprocess.Popen(COMMAND, env=environment(settings), stderr=subprocess.PIPE, text=True)
    wait_for(settings.engine_socket.exists, "the engine")
    health = msgspec.json.decode(Client(settings.engine_socket).call("health"))
    assert (health["status"], health["pid"]) == ("ready", process.pid)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")
    assert not settings.engine_socket.exists()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TSIM_FACTS", "/nowhere/facts", "/nowhere/facts"),
        ("GUNICORN_WORKERS", "many", "GUNICORN_WORKERS: 'many'"),
        ("TSIM_STATE", "/proc/nowhere", "/proc/nowhere"),
    ],
)
def test_what_it_cannot_start_with_is_one_clear_line(
    config: Config, tmp_path: Path, variable: str, value: str, said: str
) -> None:
    settings = msgspec.structs.replace(config, facts=write_small_network(tmp_path / "small"))
    done = subprocess.run(
        COMMAND, env=environment(settings) | {variable: value}, stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
