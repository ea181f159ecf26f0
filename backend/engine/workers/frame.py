"""Frames between processes: one byte that says what kind, eight of length, and as many bytes of anything."""

from enum import IntEnum
from struct import Struct as Layout

from msgspec import Struct

HEADER = Layout("!BQ")
LIMIT = 1 << 28
"""Bytes of one frame."""


class Kind(IntEnum):
    SAID = 1
    DONE = 2
    """The work has ended well, and nothing more comes."""
    FAILED = 3
    """Why not, as the last thing that is said."""


class FrameError(ValueError):
    """What came is no frame: who sent it cannot be understood any more."""


class Frame(Struct, frozen=True):
    kind: Kind
    parts: tuple[bytes, ...]
    """As they came: to join many of them takes its time."""

    @property
    def size(self) -> int:
        return sum(map(len, self.parts))

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


def header(kind: Kind, size: int) -> bytes:
    if size > LIMIT:
        raise FrameError(f"a message of {size} bytes is too long: at most {LIMIT}")
    return HEADER.pack(kind, size)


class FrameBuffer:
    """Bytes as they come, until frames are whole. Nothing is set aside for bytes that are only announced."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._head = b""
        self._kind: Kind | None = None
        self._missing = 0
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        while True:
            if self._kind is None:
                taken = HEADER.size - len(self._head)
                self._head += data[:taken]
                data = data[taken:]
                if len(self._head) < HEADER.size:
                    return frames
                self._kind, self._missing = self._announced()
            part = data[: self._missing]
            if part:
                self._parts.append(part)
                self._missing -= len(part)
                data = data[len(part) :]
            if self._missing:
                return frames
            frames.append(Frame(self._kind, tuple(self._parts)))
            self._head, self._kind, self._parts = b"", None, []

    def _announced(self) -> tuple[Kind, int]:
        kind, size = HEADER.unpack(self._head)
        if kind not in Kind.__members__.values() or size > self._limit:
            raise FrameError(f"said something that is no message (kind {kind}, {size} bytes)")
        return Kind(kind), size
