import errno
import gc
import os
import resource
import signal
from collections.abc import Callable

import pytest

from backend.lab.forking import forked, go_apart, is_out_of_memory, signal_at_end_of_parent, told
from tests.lab.garbage import Opened


def code_of(work: Callable[[], int], *kept: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(forked(work, kept), 0)[1])


def test_it_ends_with_the_code_of_its_work_and_1_where_that_fails() -> None:
    assert code_of(lambda: 7) == 7
    assert code_of(lambda: 1 // 0) == 1


def test_of_what_is_open_it_has_only_what_is_named() -> None:
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(6)]
    kept = [opened[4], opened[1]]

    def still_open() -> list[int]:
        return [each for each in (2, *opened) if os.path.exists(f"/proc/self/fd/{each}")]

    assert code_of(lambda: still_open() == [2, *sorted(kept)], *kept) == 1
    assert code_of(lambda: still_open() == [2]) == 1
    for each in opened:
        os.close(each)


def test_garbage_of_the_starter_closes_nothing_in_it() -> None:
    def opens_and_collects() -> int:
        opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]
        gc.collect()
        return sum(not os.path.exists(f"/proc/self/fd/{each}") for each in opened)

    gc.disable()
    try:
        garbage = [Opened() for _ in range(50)]
        del garbage
        assert code_of(opens_and_collects) == 0
    finally:
        gc.enable()
        gc.collect()


def test_apart_it_leads_a_session_and_may_open_as_many_files_as_the_machine_allows() -> None:
    def work() -> int:
        go_apart()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        is_deaf = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        return 10 * (os.getsid(0) == os.getpid()) + 20 * (soft == hard) + 40 * is_deaf

    assert code_of(work) == 70


def test_it_gets_its_signal_when_its_parent_ends() -> None:
    reader, writer = os.pipe()

    def child() -> int:
        signal_at_end_of_parent(signal.SIGKILL)
        os.write(writer, b"%d\n" % os.getpid())
        signal.pause()
        return 0

    def parent() -> int:
        forked(child, [writer])
        os.read(reader, 10)
        return 3

    assert code_of(parent, reader, writer) == 3
    os.close(writer)
    assert os.read(reader, 10) == b"", "the end of all who had the other end"
    os.close(reader)


@pytest.mark.parametrize(
    ("error", "text", "is_memory"),
    [
        (MemoryError(), "out of memory: the machine has no room", True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "the machine has no room", True),
        (OSError(errno.EMFILE, "Too many open files"), "ulimit -n", False),
        (RuntimeError("can't start new thread"), "the machine has no room", True),
        (ValueError(), "ValueError", False),
        (ValueError("because"), "because", False),
        (OSError(errno.EPERM, "unshare: Operation not permitted"), "unshare: Operation not permitted", False),
        (FileNotFoundError(errno.ENOENT, "No such file", "/a/b"), "/a/b: No such file", False),
    ],
)
def test_errors_say_what_can_be_done(error: Exception, text: str, is_memory: bool) -> None:
    assert text in told(error)
    assert "Errno" not in told(error)
    assert is_out_of_memory(error) is is_memory
