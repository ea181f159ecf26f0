"""What the engine and a template say to each other."""

import msgspec
from msgspec import Struct, msgpack


class Load(Struct, frozen=True, tag=True):
    kind: str
    task: bytes


class Fork(Struct, frozen=True, tag=True):
    """With the process's end of a socket as a descriptor."""

    number: int
    work: str
    memory: int | None = None


class Ready(Struct, frozen=True, tag=True):
    document: bytes


class Refused(Struct, frozen=True, tag=True):
    """It cannot load what it should."""

    text: str


class Forked(Struct, frozen=True, tag=True):
    """With a descriptor that stands for the process (pidfd_open(2)), whatever becomes of its number."""

    number: int
    pid: int


class NotForked(Struct, frozen=True, tag=True):
    number: int
    text: str


class Ended(Struct, frozen=True, tag=True):
    number: int
    code: int
    """As of `os.waitstatus_to_exitcode`."""
    why: str = ""
    """Where the template has ended it."""


Order = Load | Fork
Report = Ready | Refused | Forked | NotForked | Ended

_orders = msgpack.Decoder(Order)
_reports = msgpack.Decoder(Report)


def encode(message: Order | Report) -> bytes:
    return msgpack.encode(message)


def decode_order(data: bytes) -> Order:
    order: Order = _orders.decode(data)
    return order


def decode_report(data: bytes) -> Report:
    """Raises msgspec.MsgspecError."""
    report: Report = _reports.decode(data)
    return report


def task_of(task: Struct | bytes) -> bytes:
    return task if isinstance(task, bytes) else msgspec.json.encode(task)
