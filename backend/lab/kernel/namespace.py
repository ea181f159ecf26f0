"""System calls for namespaces, of the calling process."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18

NEEDED = {"CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13, "CAP_SYS_ADMIN": 21}
"""Numbers of include/uapi/linux/capability.h."""
FORBIDDEN = (
    "unshare a user namespace, which some machines forbid to ordinary users and Linux to who is in a chroot; "
    f"without one, a lab needs {', '.join(NEEDED)}"
)
WHOLE_MAP = ["0", "0", str(0xFFFFFFFF)]
NAMES = "/etc/nsswitch.conf"

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def leave() -> None:
    """Into network and mount namespaces of our own, with an empty /run that nobody else sees.

    Whoever lacks the capabilities for that becomes root of a user namespace of their own first, where they have all.
    """
    if not _has_capabilities():
        _become_root()
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWNET), "unshare")
    _check(_libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "mount --make-rprivate /")
    _check(_libc.mount(b"tsim", b"/run", b"tmpfs", 0, b"mode=755"), "mount a tmpfs on /run")
    _look_up_nothing()


def _look_up_nothing() -> None:
    """A name where the facts should have an address would otherwise be asked of a name server, with packets in the
    lab, and waited for."""
    if os.path.exists(NAMES):
        with open("/run/names", "w") as file:
            file.write("hosts: files\n")
        _check(_libc.mount(b"/run/names", NAMES.encode(), None, MS_BIND, None), f"mount on {NAMES}")
        os.unlink("/run/names")


def _has_capabilities() -> bool:
    with open("/proc/self/status") as file:
        effective = next(int(line.split()[1], 16) for line in file if line.startswith("CapEff:"))
    return all(effective >> number & 1 for number in NEEDED.values())


def right() -> str:
    """By what right this process has its namespaces."""
    if not _has_whole_map():
        return "in a user namespace"
    return "as root" if os.geteuid() == 0 else "with capabilities"


def _become_root() -> None:
    """user_namespaces(7): who may write only their own id into the maps must give up setgroups first."""
    user, group = os.geteuid(), os.getegid()
    _check(_libc.unshare(CLONE_NEWUSER), FORBIDDEN)
    for name, value in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(value)


def is_machines_root() -> bool:
    """Root of the machine itself and not of a user namespace: only that root may enlarge the buffers of a socket."""
    return os.geteuid() == 0 and _has_whole_map()


def _has_whole_map() -> bool:
    with open("/proc/self/uid_map") as file:
        return file.read().split() == WHOLE_MAP


@contextmanager
def and_back() -> Iterator[None]:
    """This thread may go from one network namespace to the next, and is where it was before afterwards."""
    with open("/proc/thread-self/ns/net", "rb") as home:
        try:
            yield
        finally:
            enter(home.fileno())


def enter(descriptor: int) -> None:
    _check(_libc.setns(descriptor, CLONE_NEWNET), "setns")


def enter_new() -> int:
    """A network namespace that is made for this thread; the descriptor keeps it when the thread has left."""
    _check(_libc.unshare(CLONE_NEWNET), "unshare")
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


@contextmanager
def inside(descriptor: int) -> Iterator[None]:
    """This thread, and what it starts, in another network namespace."""
    with and_back():
        enter(descriptor)
        yield


@contextmanager
def new_network() -> Iterator[int]:
    with and_back():
        yield enter_new()
