"""What engine and clients say to each other: lines of JSON, each a request or what is said about one. Bytes and values.

A request has an id; everything that is said about it carries that id: events, then one result or one error. Many
requests are under way at once on one connection. What is said about no request (id 0) is the last word on it.
"""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Raw, Struct

VERSION: Final = 1
"""Of this language; both ends say it with every request and every answer."""
REQUEST_LIMIT: Final = 1024 * 1024
REPLY_LIMIT: Final = 64 * 1024 * 1024
"""The result of 1,000 services, of which no test has more, has 14 MB through five routers."""
STOP: Final = "stop"
"""The call that ends another one, whose id is the parameter `id`."""
NO_REQUEST: Final = 0

Id = Annotated[int, Meta(ge=1, le=2**53)]
Seconds = Annotated[float, Meta(gt=0)]


class EngineError(Exception):
    """The engine's refusal, or the lack of an engine; `code` says which, `field` what it was about."""

    def __init__(
        self, code: str, message: str, field: str | None = None, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.retry_after_s = retry_after_s


class Code:
    """Codes of faults."""

    BAD_FRAME = "bad_frame"
    VERSION = "version"
    UNKNOWN_CALL = "unknown_call"
    NOT_FOUND = "not_found"
    BAD_VALUE = "bad_value"
    DENIED = "denied"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    TIMEOUT = "timeout"
    STOPPED = "stopped"
    TOO_LARGE = "too_large"
    INTERNAL = "internal"
    ENDING = "ending"
    """Not begun, since the engine is ending: another engine may be asked."""
    UNAVAILABLE = "unavailable"
    """Nobody answers, or nobody will any more."""


class Fault(Struct, frozen=True, omit_defaults=True):
    code: str
    message: str
    field: str | None = None
    retry_after_s: float | None = None


class Request(Struct, frozen=True):
    id: Id
    call: str
    params: dict[str, Any] = {}
    deadline_s: Seconds | None = None
    """So long the answer is of use, from when the request is read."""
    version: int = VERSION


ABSENT: Final = Raw(b"")


class Reply(Struct, frozen=True):
    """`event` or `result` is JSON already, so that who passes it on need not read it."""

    id: int
    event: Raw = ABSENT
    result: Raw = ABSENT
    error: Fault | None = None
    version: int = VERSION

    @property
    def is_last(self) -> bool:
        return not bytes(self.event)


class _Event(Struct, frozen=True):
    id: int
    event: object


class _Result(Struct, frozen=True):
    version: int
    id: int
    result: object


class _Refusal(Struct, frozen=True):
    version: int
    id: int
    error: Fault


class _Versioned(Struct, frozen=True):
    version: int = VERSION


class Frames:
    """Collects bytes until frames are whole. One beyond the limit is an error as soon as that is known."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pending = bytearray()
        self._searched = 0

    @property
    def size(self) -> int:
        """Of what is here and not taken yet."""
        return len(self._pending)

    def feed(self, data: bytes | memoryview) -> None:
        self._pending += data

    def take(self) -> bytes | None:
        """The next frame, or None when no more is whole."""
        end = self._pending.find(b"\n", self._searched)
        size = len(self._pending) if end < 0 else end
        if size > self._limit:
            raise EngineError(Code.BAD_FRAME, f"a frame of more than {self._limit} bytes")
        if end < 0:
            self._searched = size
            return None
        frame = bytes(memoryview(self._pending)[:end])
        del self._pending[: end + 1]
        self._searched = 0
        return frame


_encoder = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(Request)
_replies = msgspec.json.Decoder(Reply)
_versions = msgspec.json.Decoder(_Versioned)


def encode_request(request: Request) -> bytes:
    frame = _encoder.encode(request)
    if len(frame) > REQUEST_LIMIT:
        raise EngineError(Code.TOO_LARGE, f"the request has {len(frame)} bytes, {REQUEST_LIMIT} are allowed")
    return frame + b"\n"


def decode_request(frame: bytes) -> Request:
    try:
        request = _requests.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        _check_version(_version_of(frame), "the client")
        raise EngineError(Code.BAD_FRAME, f"not a request: {error}") from error
    _check_version(request.version, "the client")
    return request


def encode_result(request_id: int, result: object) -> bytes:
    return _line(_Result(VERSION, request_id, result))


def encode_event(request_id: int, event: object) -> bytes:
    return _line(_Event(request_id, event))


def encode_fault(request_id: int, error: EngineError) -> bytes:
    # Names of files that are no text stand in messages with surrogates, which JSON cannot hold.
    message = error.message.encode(errors="backslashreplace").decode()
    return _line(_Refusal(VERSION, request_id, Fault(error.code, message, error.field, error.retry_after_s)))


def decode_reply(frame: bytes) -> Reply:
    try:
        reply = _replies.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        _check_version(_version_of(frame), "the engine")
        raise EngineError(Code.BAD_FRAME, f"not a reply: {error}") from error
    _check_version(reply.version, "the engine")
    return reply


def checked(reply: Reply, request_id: int) -> Reply:
    """The reply when it is about the request and no error; else the error that the engine answered with."""
    if reply.error is not None and reply.id in (request_id, NO_REQUEST):
        fault = reply.error
        raise EngineError(fault.code, fault.message, fault.field, retry_after_s=fault.retry_after_s)
    if reply.id != request_id:
        raise EngineError(Code.BAD_FRAME, f"an answer to request {reply.id} came for request {request_id}")
    return reply


def _line(value: Struct) -> bytes:
    line = _encoder.encode(value)
    if len(line) > REPLY_LIMIT:
        raise EngineError(Code.TOO_LARGE, f"the answer has {len(line)} bytes, {REPLY_LIMIT} are allowed")
    return line + b"\n"


def _version_of(frame: bytes) -> int:
    """Also of what else we cannot read, since another version may say other things."""
    try:
        return _versions.decode(frame).version
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return VERSION


def _check_version(version: int, who: str) -> None:
    if version != VERSION:
        text = f"{who} speaks version {version} of the protocol, this end version {VERSION}: start the older one anew"
        raise EngineError(Code.VERSION, text)
