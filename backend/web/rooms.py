"""Who is in a room is told in portions, and between them everybody else of this process has a turn: what a thousand
sockets hear at once would keep a request waiting until the last of them was written to.
"""

from collections.abc import Iterator

import socketio
from socketio.base_manager import BaseManager

AT_ONCE = 250


class InTurns(BaseManager):  # type: ignore[misc]  # it has no types
    """A message to a room goes to those that this gives, one after the other (`Manager.emit`)."""

    def get_participants(self, namespace: str, room: str) -> Iterator[tuple[str, str]]:
        for number, one in enumerate(super().get_participants(namespace, room)):
            if number and number % AT_ONCE == 0:
                self.server.sleep(0)
            yield one


class Rooms(InTurns, socketio.Manager):  # type: ignore[misc]  # it has no types
    """Of one web alone."""
