"""The events of one job, for those who watch: what has happened already, then what happens."""

import asyncio
from collections.abc import Iterable, Sequence


class Log:
    """Events as JSON, number 1 first. Each reader has a place in it only, so who reads slowly keeps nobody up."""

    def __init__(self, events: Iterable[bytes] = ()) -> None:
        self._events = list(events)
        self._changed = asyncio.Event()
        self.is_over = False

    @property
    def seq(self) -> int:
        """Of the last event."""
        return len(self._events)

    def since(self, seq: int) -> Sequence[bytes]:
        """Those after number `seq`."""
        return self._events[max(seq, 0) :]

    def add(self, events: Iterable[bytes]) -> None:
        self._events += events
        self._tell()

    def end(self) -> None:
        self.is_over = True
        self._tell()

    async def changed(self) -> None:
        """When there is more, or nothing more comes."""
        await self._changed.wait()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
