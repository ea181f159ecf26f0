"""What processes can be started for: the tasks of templates, and what a process may use."""

from msgspec import Struct


class NetworkTask(Struct, frozen=True):
    """Its processes are `answering` questions, `testing`, one job each, `checking`, one policy each, `raising` labs
    that a person plays in, and `trying` whether one can be built."""

    directory: str
    """Of facts; its name is that of the network."""


class CheckTask(Struct, frozen=True):
    policy: str
    """YAML."""


class PaperTask(Struct, frozen=True):
    """A template that has loaded all that draws. Its processes are `drawing` one report or `parting` it,
    `picturing` the ways of one service, `tabling` a result, or `mapping` a network."""


class Picture(Struct, frozen=True):
    drawn: bytes = b""
    """Empty: there is none."""
    error: str = ""
    """Why."""


class Limits(Struct, frozen=True):
    memory: int | None = None
    """Bytes that a process may use beside what its template has loaded."""


class UploadTask(Struct, frozen=True):
    """A template whose processes are `unpacking` what somebody sent."""


class UnpackTask(Struct, frozen=True):
    parts: list[tuple[str, str]]
    """Each file that was sent, by the name that it was given, with the path where it is."""
    most_bytes: int


class Contents(Struct, frozen=True):
    """Then come the files, in this order."""

    files: list[tuple[str, int]] = []
    """With their sizes."""
    ignored: list[str] = []
    name: str = ""
    error: str = ""
    """Why there is nothing; empty where there is."""
