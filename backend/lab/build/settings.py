"""Kernel settings of namespaces. To open one takes longer than to make a cable, so what is so already is left alone."""

import errno
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from backend.lab.build.space import Refusal, Spaces
from backend.lab.error import LabError
from backend.lab.kernel.namespace import and_back, enter, inside
from backend.lab.plan.operation import Operation, SetSysctl

FOLDER = "/proc/sys/"
LOCKED = (
    "/proc/sys is read-only here, so that no router would do what its settings say; a container is started with "
    "systempaths=unconfined for that (docker and podman: --security-opt)"
)
LARGEST = 64
MANY, SIDE_BY_SIDE = 100, 2
"""Namespaces from which on threads are worth their start; the kernel is at work in them nearly all the time."""
MOVED = ("forward", "accept_redirects")
"""What changes when forwarding is switched on or off (inet_forward_change in net/ipv4/devinet.c)."""


class Settings:
    """All namespaces are the same when they are new: one of them tells what holds in each."""

    def __init__(self, operations: Iterable[Operation], spaces: Spaces) -> None:
        self._spaces = spaces
        self._new = _read({each.key for each in operations if isinstance(each, SetSysctl)}, spaces)
        self._known: dict[str, dict[str, str]] = {}

    def set(self, operations: Sequence[Operation]) -> list[Refusal]:
        """LabError where nothing can be set at all."""
        by_namespace: dict[str, list[SetSysctl]] = {}
        for each in operations:
            if isinstance(each, SetSysctl) and self._is_other(each):
                by_namespace.setdefault(each.namespace, []).append(each)
        every = list(by_namespace.items())
        if len(every) < MANY:
            return self._write(every)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            parts = pool.map(self._write, (every[part::SIDE_BY_SIDE] for part in range(SIDE_BY_SIDE)))
            return [refusal for part in parts for refusal in part]

    def _write(self, every: Sequence[tuple[str, list[SetSysctl]]]) -> list[Refusal]:
        refusals = []
        with and_back():
            for namespace, mine in every:
                enter(self._spaces[namespace].descriptor)
                for each in mine:
                    try:
                        _write(FOLDER + each.key, each.value)
                    except OSError as error:
                        if error.errno == errno.EROFS:
                            raise LabError(LOCKED) from None
                        refusals.append(Refusal(namespace, each.text, error.strerror or str(error)))
        return refusals

    def _is_other(self, each: SetSysctl) -> bool:
        """Than it is now; and then it is known."""
        known = self._known.setdefault(each.namespace, dict(self._new))
        if known.get(each.key) == each.value:
            return False
        if "forward" in each.key:
            known = {key: value for key, value in known.items() if not any(word in key for word in MOVED)}
        self._known[each.namespace] = {**known, each.key: each.value}
        return True


def _read(keys: Iterable[str], spaces: Spaces) -> dict[str, str]:
    """Of devices that are not there yet nothing is known."""
    found: dict[str, str] = {}
    for space in list(spaces.values())[:1]:
        with inside(space.descriptor):
            for key in keys:
                try:
                    descriptor = os.open(FOLDER + key, os.O_RDONLY | os.O_CLOEXEC)
                except OSError:
                    continue
                found[key] = os.read(descriptor, LARGEST).decode().strip()
                os.close(descriptor)
    return found


def _write(path: str, value: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, value.encode())
    finally:
        os.close(descriptor)
