"""A process, whatever becomes of its number: a descriptor of pidfd_open(2)."""

import os
import signal
from contextlib import suppress

PROCESS_GROUP = 4
"""PIDFD_SIGNAL_PROCESS_GROUP of include/uapi/linux/pidfd.h, since Linux 6.9."""


class Handle:
    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def fileno(self) -> int:
        assert self._descriptor is not None
        return self._descriptor

    def kill(self) -> None:
        """With all of the group that it leads: the tools that it has started.

        It first, since after that it starts nothing more (copy_process in kernel/fork.c looks for signals under the
        lock that a signal to a group takes). Older kernels leave the group to the template, which always ends it before
        it reaps.
        """
        if self._descriptor is None:
            return
        for whom in (0, PROCESS_GROUP):
            with suppress(OSError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL, None, whom)

    def close(self) -> None:
        """May be called twice."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def ending(code: int) -> str:
    """How a process ended, as of `os.waitstatus_to_exitcode`."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"ended by signal {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"
