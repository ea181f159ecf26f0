"""Processes that are forked: apart from who started them, with none of their files, and gone when those are."""

import ctypes
import errno
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def forked(work: Callable[[], int], kept: Iterable[int]) -> int:
    """The id of a process that works and ends with the code that the work gives. Of what is open it has the standard
    files and the descriptors `kept`: for the end of all else others wait.

    Only a process of one thread may do so: others might hold locks, which nobody would open in the new one.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        gc.freeze()  # what is garbage in the starter would close files of ours that have the numbers of its own
        _close_all_but(kept)
        code = work()
    finally:
        os._exit(code)


def _close_all_but(kept: Iterable[int]) -> None:
    first = 3
    for descriptor in sorted(kept):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def go_apart() -> None:
    """Into a session of our own: Ctrl-C is for who started us, who then ends us."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # two for each namespace, and more for each probe


def signal_at_end_of_parent(number: int) -> None:
    """The kernel sends it to this process when its parent ends, in whatever state both are then (prctl(2)). Whether the
    parent had ended before is left to be looked at. A user namespace of one's own does not undo it.
    """
    if _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl: PR_SET_PDEATHSIG")


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOMEM, errno.ENOSPC)
    return isinstance(error, MemoryError) or str(error) == "can't start new thread"


def told(error: BaseException) -> str:
    """What the person can do about it, where that is known."""
    said = _said(error)
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return f"{said}: this lab needs more open files than the limit allows (ulimit -n)"
    if is_out_of_memory(error):
        return f"{said or 'out of memory'}: the machine has no room for this lab"
    return said or type(error).__name__


def _said(error: BaseException) -> str:
    """Without the number of an error of the system."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
