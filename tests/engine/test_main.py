import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import sleep

import msgspec
import pytest

from backend.config import Config, environment
from backend.engine import Client
from backend.engine.door.address import short_address
from tests.small import write_small_network
from tests.waiting import wait_for

COMMAND = [sys.executable, "-m", "backend.engine"]

AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.fixture
def settings(config: Config, tmp_path: Path) -> Config:
    return msgspec.structs.replace(config, facts=write_small_network(tmp_path / "small"))


@pytest.mark.serial
def test_it_takes_as_many_files_as_it_may(settings: Config) -> None:
    few = ["/bin/sh", "-c", 'ulimit -S -n 64 && exec "$@"', "sh", *COMMAND]
    with subprocess.Popen(few, env=environment(settings), stderr=subprocess.PIPE, text=True) as process:
        wait_for(settings.engine_socket.exists, "the engine")
        clients = [Client(settings.engine_socket) for _ in range(100)]
        asked = [client.call("health") for client in clients]
        process.terminate()
    assert len(asked) == 100


@pytest.mark.serial
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_leaves_no_socket(settings: Config, number: signal.Signals) -> None:
    process = subprocess.Popen(COMMAND, env=environment(settings), stderr=subprocess.PIPE, text=True)
    wait_for(settings.engine_socket.exists, "the engine")
    health = msgspec.json.decode(Client(settings.engine_socket).call("health"))
    assert (health["status"], health["pid"]) == ("ready", process.pid)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")
    assert not settings.engine_socket.exists()


@pytest.mark.serial
def test_a_second_signal_ends_it_at_once(settings: Config) -> None:
    process = subprocess.Popen(COMMAND, env=environment(settings), stderr=subprocess.PIPE, text=True)
    wait_for(settings.engine_socket.exists, "the engine")
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):
        process.send_signal(number)  # both wait for it when it goes on
    _, said = process.communicate(timeout=30)
    assert process.returncode in (128 + signal.SIGTERM, 128 + signal.SIGINT)
    assert "came again" in said


@pytest.mark.serial
def test_with_nothing_to_do_it_ends_by_itself_where_it_was_told_so(settings: Config) -> None:
    process = subprocess.Popen([*COMMAND, "--idle", "1"], env=environment(settings), stderr=subprocess.PIPE)
    wait_for(settings.engine_socket.exists, "the engine")
    client = Client(settings.engine_socket)
    for _ in range(30):
        client.call("health")
        sleep(0.1)
    assert process.poll() is None
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, b"")
    assert not settings.engine_socket.exists()


@pytest.mark.serial
def test_systemd_hands_it_the_socket_and_hears_how_far_it_is(settings: Config, tmp_path: Path) -> None:
    settings.engine_socket.parent.mkdir(parents=True)
    with (
        socket.socket(socket.AF_UNIX) as listener,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd,
        short_address(settings.engine_socket) as address,
    ):
        listener.bind(address)
        listener.listen()
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        variables = {"LISTEN_FDS": "1", "NOTIFY_SOCKET": str(tmp_path / "notify")}
        passed = str(listener.fileno())
        process = subprocess.Popen(
            [sys.executable, "-c", AS_SYSTEMD, passed, *COMMAND],
            env=environment(settings) | variables,
            pass_fds=[listener.fileno()],
        )
        before = Client(settings.engine_socket, deadline_s=30)  # it may be asked before it listens
        assert msgspec.json.decode(before.call("health"))["pid"] == process.pid
        before.close()
        assert systemd.recv(100) == b"READY=1"
        process.terminate()
        assert systemd.recv(100) == b"STOPPING=1"
        assert process.wait(30) == 0
        assert settings.engine_socket.exists(), "it is systemd's, which goes on to listen"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TSIM_FACTS", "/nowhere/facts", "/nowhere/facts"),
        ("GUNICORN_WORKERS", "many", "GUNICORN_WORKERS: 'many'"),
        ("TSIM_STATE", "/proc/nowhere", "/proc/nowhere"),
    ],
)
def test_what_it_cannot_start_with_is_one_clear_line(settings: Config, variable: str, value: str, said: str) -> None:
    done = subprocess.run(
        COMMAND, env=environment(settings) | {variable: value}, stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
