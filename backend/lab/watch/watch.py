"""Watches many namespaces at once: what netfilter did with packets, and where they came in and went out.

The order of what is told of one namespace is that of place.py; between namespaces there is none.
"""

import select
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from backend.lab.plan.operation import Backend
from backend.lab.watch.place import Place, place
from backend.lab.watch.sighting import Asked, Lost, Matched, Passed, Seen, Sighting
from backend.lab.watch.tap import ROOM
from backend.model.address import Family

__all__ = ["Asked", "Lost", "Matched", "Passed", "Seen", "Sighting", "Watch"]

Handles = Mapping[tuple[str, Family, str, str, int], int]
"""Namespace, family, table, chain, handle → position in the chain, from 1."""
AT_ONCE = 32
"""Taps are closed side by side: the kernel waits some milliseconds for all of its readers (packet_release)."""


class Watch:
    def __init__(
        self,
        descriptors: Mapping[str, int],
        backend: Backend | None,
        handles: Handles | None = None,
        room: int = ROOM,
        is_everything: bool = False,
    ) -> None:
        """Of namespaces by name, whose devices and rules are there; `handles` as `Loaded` has them, with nft.

        `room`: bytes that packets of a namespace may take until they are read. `is_everything`: all segments of a
        connection, and not only those that open or reset it.
        """
        positions = _by_namespace(handles or {})
        self._epoll = select.epoll()
        self._places: dict[str, Place] = {}
        self._names: dict[int, str] = {}

        try:
            for name, descriptor in descriptors.items():
                self._add(place(name, descriptor, backend, positions.get(name, {}), (room, is_everything)))
        except BaseException:
            self.close()
            raise

    def _add(self, each: Place) -> None:
        self._places[each.name] = each
        for end in each.ends():
            self._names[end] = each.name
            self._epoll.register(end, select.EPOLLIN)

    def __enter__(self) -> "Watch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """Can be read when something was sighted."""
        return self._epoll.fileno()

    @property
    def room(self) -> int:
        """How many packets may be on their way until it is read again."""
        return min((each.room for each in self._places.values()), default=0)

    def read(self) -> list[Sighting]:
        """What was sighted since the last time, without waiting."""
        ready = self._epoll.poll(0, len(self._names) or 1)
        found: list[Sighting] = []
        for name in dict.fromkeys(self._names[end] for end, _ in ready):
            found += self._places[name].read()
        return found

    def close(self) -> None:
        """May be called twice."""
        places, self._places, self._names = self._places, {}, {}
        self._epoll.close()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(Place.close, places.values()))


def _by_namespace(handles: Handles) -> dict[str, dict[tuple[Family, str, str, int], int]]:
    found: dict[str, dict[tuple[Family, str, str, int], int]] = {}
    for (namespace, family, table, chain, handle), position in handles.items():
        found.setdefault(namespace, {})[family, table, chain, handle] = position
    return found
