import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backend import bootstrap
from backend.config import Config, environment
from backend.engine import Client, EngineError
from backend.engine.door.place import Place
from backend.engine.door.server import Server
from backend.engine.lifetime.launch import Launch, start
from tests.engine.served import served
from tests.small import write_small_network
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial
ASK = "from backend import bootstrap, config; print(bootstrap.engine_client(config.from_environment()).call('health'))"


@pytest.fixture
def settings(config: Config, tmp_path: Path) -> Iterator[Config]:
    settings = msgspec.structs.replace(config, facts=write_small_network(tmp_path / "small"))
    yield settings
    if (pid := engine_of(settings)) is not None:
        os.kill(pid, signal.SIGKILL)


def engine_of(settings: Config) -> int | None:
    """The process that answers there now."""
    client = Client(settings.engine_socket)
    try:
        pid: int = msgspec.json.decode(client.call("health"))["pid"]
    except EngineError:
        return None
    finally:
        client.close()
    return pid


def launch_of(settings: Config, **changes: object) -> Launch:
    launch = Launch(settings.engine_socket, settings.engine_log, environment(settings))
    return msgspec.structs.replace(launch, **changes)


def engines_below(settings: Config) -> set[int]:
    """All processes that were started with this state directory and run the engine."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            variables = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if b"backend.engine\0" in command and f"TSIM_STATE={settings.state}\0".encode() in variables:
            found.add(int(pid))
    return found


def wait_for_end(pid: int) -> None:
    wait_for(lambda: not is_running(pid), "its end")


def test_of_a_hundred_processes_that_ask_at_once_all_are_answered_by_one_engine(settings: Config) -> None:
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK], env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(100)
    ]
    said = [process.communicate() for process in asking]
    assert [error for _, error in said if error] == []
    assert len({answer for answer, _ in said}) == 1
    assert engines_below(settings) == {engine_of(settings)}


def test_it_is_alone_in_the_world(settings: Config, tmp_path: Path) -> None:
    with (tmp_path / "of-the-starter").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        bootstrap.engine_client(settings).call("health")
    pid = engine_of(settings)
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    assert int(fields[1]) != os.getpid(), "its starter would have to wait for it"
    files = {int(name): os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")}
    assert files[0] == files[1] == "/dev/null"
    assert files[2] == str(settings.engine_log)
    assert not [name for name in files.values() if "of-the-starter" in name or name.startswith("pipe:")]


def test_who_is_there_already_is_not_started_again(settings: Config) -> None:
    start(launch_of(settings))
    first = engine_of(settings)
    start(launch_of(settings))
    assert engine_of(settings) == first is not None


def test_it_comes_back_when_it_was_killed(settings: Config) -> None:
    client = bootstrap.engine_client(settings)
    for _ in range(3):
        pid = msgspec.json.decode(client.call("health"))["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)
    client.close()


def test_one_that_is_just_ending_is_replaced(settings: Config) -> None:
    place = Place(settings.engine_socket)
    place.take()  # as one that closed its door and lets calls finish
    asking = subprocess.Popen([sys.executable, "-c", ASK], env=environment(settings), stdout=subprocess.PIPE)
    tried: set[int] = set()

    def are_many() -> bool:
        tried.update(engines_below(settings))
        return len(tried) > 2  # one and its starter have tried in vain

    wait_for(are_many, "another one to try again")
    place.leave()
    answer, _ = asking.communicate()
    assert b'"status":"ready"' in answer


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("facts", Path("/nowhere/facts"), "/nowhere/facts"), ("state", Path("/proc/nowhere"), "/proc/nowhere")],
)
def test_why_it_cannot_start_is_told_in_its_own_words(settings: Config, field: str, value: Path, said: str) -> None:
    broken = msgspec.structs.replace(settings, **{field: value})
    with pytest.raises(EngineError) as caught:
        bootstrap.engine_client(broken).call("health")
    assert caught.value.code == "unavailable"
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("raise SystemExit(3)", "status 3"),
        ("import os; os.kill(os.getpid(), 9)", "status -9"),
        ("import time; time.sleep(60)", "within 0.3 s"),
    ],
)
def test_one_that_says_nothing_is_told_of_as_well(settings: Config, script: str, said: str) -> None:
    launch = launch_of(settings, command=(sys.executable, "-c", script), limit_s=0.3 if "sleep" in script else 60.0)
    with pytest.raises(EngineError, match=said) as caught:
        start(launch)
    assert caught.value.code == "unavailable"


def test_one_that_hears_but_does_not_answer_is_left_alone(settings: Config) -> None:
    bootstrap.engine_client(settings).call("health")
    pid = engine_of(settings)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(EngineError) as caught:
            start(launch_of(settings, limit_s=0.3))
        assert caught.value.code == "timeout"
        assert engines_below(settings) == {pid}
    finally:
        os.kill(pid, signal.SIGCONT)


def test_an_engine_that_refuses_us_is_not_replaced(settings: Config) -> None:
    with served(lambda: Server(Place(settings.engine_socket), {}, owners=())), pytest.raises(EngineError) as caught:
        start(launch_of(settings))
    assert caught.value.code == "forbidden"


def test_none_is_started_where_a_supervisor_does(settings: Config, tmp_path: Path) -> None:
    supervised = msgspec.structs.replace(settings, run=tmp_path / "run")
    with pytest.raises(EngineError, match=r"systemctl start tsim-engine\.socket tsim-engine"):
        bootstrap.engine_client(supervised).call("health")
    assert not (tmp_path / "run").exists()
