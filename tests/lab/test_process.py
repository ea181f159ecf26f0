import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from time import sleep

import pytest

from backend.lab import process
from backend.lab.error import LabError
from backend.lab.process import Pipe, Process, working
from tests.lab.garbage import Opened
from tests.waiting import is_running, wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]


def says_where_it_is(pipe: Pipe, task: object) -> None:
    pipe.send((task, os.readlink("/proc/self/ns/net"), os.listdir("/sys/class/net"), os.getpgid(0) == os.getpid()))


def fails(pipe: Pipe, task: object) -> None:
    raise LabError(f"cannot do {task}")


def runs_out_of_files(pipe: Pipe, task: object) -> None:
    raise OSError(24, "Too many open files")


def dies(pipe: Pipe, task: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def does_not_look(pipe: Pipe, task: object) -> None:
    pipe.send(None)
    while True:
        sleep(10)


def hangs(pipe: Pipe, task: object) -> None:
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    does_not_look(pipe, task)


def opens_and_collects(pipe: Pipe, task: object) -> None:
    opened = {os.open(os.devnull, os.O_RDONLY) for _ in range(100)}
    gc.collect()
    pipe.send((opened, {each for each in opened if not os.path.exists(f"/proc/self/fd/{each}")}))


def answers(pipe: Pipe, task: object) -> None:
    while True:
        pipe.send((task, pipe.receive()))


@pytest.fixture(params=["forked", "executed"])
def _started(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    is_forked = request.param == "forked"
    monkeypatch.setattr(threading, "active_count", lambda: 1 if is_forked else 2)


@pytest.mark.usefixtures("_started")
def test_work_is_done_in_namespaces_of_its_own_away_from_the_terminal() -> None:
    with working(says_where_it_is, "task") as worker:
        task, namespace, devices, leads = worker.receive()
    assert (task, devices, leads) == ("task", os.listdir("/sys/class/net"), True)  # /sys is still the machine's
    assert namespace != os.readlink("/proc/self/ns/net")


@pytest.mark.usefixtures("_started")
def test_values_go_both_ways_until_the_end_whatever_their_size() -> None:
    with working(answers, 7) as worker:
        for value in ("x", b"y" * 3_000_000):
            worker.pipe.send(value)
            assert worker.receive() == (7, value)
        pid = worker.pid
    assert not is_running(pid)


@pytest.mark.usefixtures("_started")
@pytest.mark.parametrize(
    ("work", "text"),
    [
        (fails, "cannot do it"),
        (runs_out_of_files, "Too many open files"),
        (dies, "the process of the lab ended by signal SIGKILL"),
    ],
)
def test_what_goes_wrong_is_said(work: process.Work, text: str) -> None:
    with working(work, "it") as worker, pytest.raises(LabError, match=text):
        worker.receive()


def test_one_that_takes_too_long_is_told_and_ended() -> None:
    with working(does_not_look, None) as worker:
        worker.receive()
        with pytest.raises(LabError, match=r"did not answer within 0\.05 s"):
            worker.receive(0.05)
        pid = worker.pid
    assert not is_running(pid)


def test_one_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_S", 0.05)
    worker = Process(hangs, None)
    worker.receive()
    assert worker.close() == worker.close() == -signal.SIGKILL


def test_nothing_of_the_starter_stays_open_in_it() -> None:
    reader, writer = os.pipe()
    with working(does_not_look, None) as worker:
        worker.receive()
        os.close(writer)
        assert os.read(reader, 1) == b""
    os.close(reader)


def test_garbage_of_the_starter_closes_nothing_in_it() -> None:
    gc.disable()
    try:
        garbage = [Opened() for _ in range(50)]
        numbers = {each.descriptor for each in garbage}
        del garbage
        with working(opens_and_collects, None) as worker:
            opened, closed = worker.receive()
        assert opened & numbers, "else the test shows nothing"
        assert closed == set()
    finally:
        gc.enable()
        gc.collect()


SCRIPT = """
import threading, time
from backend.lab.process import Process
from tests.lab.test_process import {work}
if {threads}:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
worker = Process({work}, None)
worker.receive()
print(worker.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("threads", [False, True])
def test_it_ends_with_its_starter_even_while_it_is_busy(threads: bool) -> None:
    script = SCRIPT.format(work="does_not_look", threads=threads)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        ended: Callable[[], bool] = lambda: not is_running(pid)  # noqa: E731
        assert not ended()
        starter.kill()
    wait_for(ended, "the process of the lab to end")
