"""A namespace that is being furnished, and what was refused there."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import and_back, enter_new, inside


class Refusal(Struct, frozen=True):
    """An operation that the kernel or a tool refused, with what it said."""

    namespace: str
    operation: str
    message: str
    router: str = ""
    section: str = ""
    """Of the router's facts, where the operation is known to come from them."""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.section} line {self.line}: " if self.line else ""
        return f"{self.router or self.namespace}: {place}{self.operation}: {self.message}"


class Space(Struct):
    descriptor: int
    channel: Channel
    indexes: dict[str, int]
    """Of its devices, by name; known when the links are made."""

    @classmethod
    def make(cls, names: Iterable[str]) -> "dict[str, Space]":
        """One after the other, without a way home between them."""
        with and_back():
            return {name: cls(enter_new(), Channel(), {"lo": 1}) for name in names}

    @classmethod
    def of(cls, descriptor: int) -> "Space":
        """One that stands."""
        with inside(descriptor):
            return cls(descriptor, Channel(), {"lo": 1})


Spaces = Mapping[str, Space]
