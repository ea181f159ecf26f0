"""Frames between engine and clients: one line of JSON each, a request with an id, a reply with the same id."""

from typing import Any

import msgspec
from msgspec import Raw, Struct

FRAME_LIMIT = 16 * 1024 * 1024
REQUEST_LIMIT = 1024 * 1024


class EngineError(Exception):
    """The engine's refusal, or the lack of an engine; `code` says which, `field` what it was about."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class Code:
    """Codes of faults."""

    BAD_FRAME = "bad_frame"
    UNKNOWN_CALL = "unknown_call"
    BAD_VALUE = "bad_value"
    DENIED = "denied"
    BUSY = "busy"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"
    """Never on the wire: what the client says when nobody answers."""


class Fault(Struct, frozen=True, omit_defaults=True):
    code: str
    message: str
    field: str | None = None


class Request(Struct, frozen=True):
    id: int
    call: str
    params: dict[str, Any] = {}


class Reply(Struct, frozen=True, omit_defaults=True):
    """`result` is JSON already, so that who passes it on need not read it."""

    id: int
    result: Raw = Raw(b"null")
    error: Fault | None = None


class FrameBuffer:
    """Collects bytes until frames are whole; a frame beyond the limit is an error, whole or not."""

    def __init__(self, limit: int = FRAME_LIMIT) -> None:
        self._limit = limit
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        searched = len(self._pending)
        self._pending += data
        frames = []
        begin = 0
        while (end := self._pending.find(b"\n", max(begin, searched))) >= 0:
            self._check(end - begin)
            frames.append(bytes(self._pending[begin:end]))
            begin = end + 1
        del self._pending[:begin]
        self._check(len(self._pending))
        return frames

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise EngineError(Code.BAD_FRAME, f"a frame of more than {self._limit} bytes")


_encoder = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(Request)
_replies = msgspec.json.Decoder(Reply)


def encode_request(request: Request) -> bytes:
    frame = _encoder.encode(request)
    if len(frame) > REQUEST_LIMIT:
        raise EngineError(Code.BAD_VALUE, f"the request has {len(frame)} bytes, {REQUEST_LIMIT} are allowed")
    return frame + b"\n"


def decode_request(frame: bytes) -> Request:
    try:
        return _requests.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EngineError(Code.BAD_FRAME, f"not a request: {error}") from error


def encode_result(request_id: int, result: object) -> bytes:
    return _encoder.encode(Reply(request_id, Raw(_encoder.encode(result)))) + b"\n"


def encode_fault(request_id: int, error: EngineError) -> bytes:
    return _encoder.encode(Reply(request_id, error=Fault(error.code, error.message, error.field))) + b"\n"


def decode_reply(frame: bytes) -> Reply:
    try:
        return _replies.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EngineError(Code.BAD_FRAME, f"not a reply: {error}") from error


def result_of(reply: Reply, request_id: int) -> bytes:
    """The JSON of the result, or the error that the engine answered with."""
    if reply.error is not None:
        raise EngineError(reply.error.code, reply.error.message, reply.error.field)
    if reply.id != request_id:
        raise EngineError(Code.BAD_FRAME, f"an answer to request {reply.id} came for request {request_id}")
    return bytes(reply.result)
