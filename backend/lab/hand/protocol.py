"""What a shell asks a lab, and what the lab answers, as bytes. Pure.

A connection carries one request and one answer. Each is a frame: a mark, the version of these words, a length, JSON.
"""

import struct
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from backend.lab.error import LabError
from backend.model.address import Family
from backend.model.flow import Service

MARK = b"tsim lab"
VERSION = 1
HEADER = struct.Struct(">8sHI")
REQUEST_LIMIT = 1 << 20
ANSWER_LIMIT = 1 << 26

Name = Annotated[str, Meta(max_length=255)]
Port = Annotated[int, Meta(ge=1, le=65535)]
MOST_PINGS, MOST_PROBES, LONGEST_INTERVAL_S = 1000, 10, 60.0


class ProtocolError(LabError):
    """What came is no word of a lab, or one of another version."""


class Status(Struct, frozen=True, tag="status"):
    pass


class Down(Struct, frozen=True, tag="down"):
    pass


class AddHost(Struct, frozen=True, tag="host add"):
    name: Name
    addresses: tuple[Name, ...]
    """With or without the length of the subnet."""
    gateways: tuple[Name, ...] = ()
    on: Name | None = None
    """ROUTER:INTERFACE whose link the host shares."""
    segment: Name | None = None


class RemoveHost(Struct, frozen=True, tag="host remove"):
    name: Name


class ListHosts(Struct, frozen=True, tag="host list"):
    pass


class StartServices(Struct, frozen=True, tag="service start"):
    machine: Name
    services: tuple[Service, ...]


class StopServices(Struct, frozen=True, tag="service stop"):
    machine: Name
    services: tuple[Service, ...] = ()
    """None named: all."""


class ListServices(Struct, frozen=True, tag="service list"):
    machine: Name | None = None


class TryServices(Struct, frozen=True, tag="service test"):
    source: Name
    destination: Name
    services: tuple[Service, ...]
    family: Family | None = None


class Ping(Struct, frozen=True, tag="ping"):
    source: Name
    destination: Name
    count: Annotated[int, Meta(ge=1, le=MOST_PINGS)] = 3
    interval_s: Annotated[float, Meta(ge=0, le=LONGEST_INTERVAL_S)] | None = None
    family: Family | None = None


class Mtr(Struct, frozen=True, tag="mtr"):
    source: Name
    destination: Name
    protocol: Literal["icmp", "udp", "tcp"] = "icmp"
    port: Port | None = None
    count: Annotated[int, Meta(ge=1, le=MOST_PROBES)] = 3
    family: Family | None = None


Request = (
    Status
    | Down
    | AddHost
    | RemoveHost
    | ListHosts
    | StartServices
    | StopServices
    | ListServices
    | TryServices
    | Ping
    | Mtr
)


class Fault(Struct, frozen=True):
    text: str
    is_usage: bool = False
    """What was asked is wrong, and would be so in any state of the lab."""


class Answer(Struct, frozen=True):
    document: Raw = Raw(b"null")
    fault: Fault | None = None


class Frames:
    """Collects bytes until a frame is whole."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pending = bytearray()

    def feed(self, data: bytes) -> bytes | None:
        """What is in the frame, once it is whole."""
        self._pending += data
        mark = bytes(self._pending[: len(MARK)])
        if not MARK.startswith(mark):
            raise ProtocolError(f"it does not speak as a lab of tsim does: {bytes(self._pending[:16])!r}")
        if len(self._pending) < HEADER.size:
            return None
        _, version, length = HEADER.unpack_from(self._pending)
        if version != VERSION:
            raise ProtocolError(f"it speaks version {version} of what a lab is asked in, not {VERSION}")
        if length > self._limit:
            raise ProtocolError(f"a frame of {length} bytes, where {self._limit} are allowed")
        if len(self._pending) < HEADER.size + length:
            return None
        return bytes(self._pending[HEADER.size : HEADER.size + length])


_encoder = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(Request)
_answers = msgspec.json.Decoder(Answer)


def framed(value: Request | Answer) -> bytes:
    data = _encoder.encode(value)
    return HEADER.pack(MARK, VERSION, len(data)) + data


def read_request(data: bytes) -> Request:
    try:
        request: Request = _requests.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"not a request: {error}") from None
    return request


def answer_of(document: Any) -> Answer:
    return Answer(Raw(_encoder.encode(document)))


def read_answer(data: bytes) -> Answer:
    try:
        return _answers.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"not an answer: {error}") from None
