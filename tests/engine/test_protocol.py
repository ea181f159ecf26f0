from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engine import protocol
from backend.engine.protocol import REPLY_LIMIT, VERSION, EngineError, Frames, Reply, Request

frames = st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b" ")), max_size=6)


def taken(buffer: Frames) -> list[bytes]:
    found = []
    while (frame := buffer.take()) is not None:
        found.append(frame)
    return found


@given(frames, st.data())
def test_frames_come_out_as_they_went_in_however_they_are_cut(sent: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame + b"\n" for frame in sent)
    buffer = Frames(40)
    received: list[bytes] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        buffer.feed(stream[:size])
        received += taken(buffer)
        stream = stream[size:]
    assert received == sent
    assert buffer.size == 0


@pytest.mark.parametrize("data", [b"123456", b"123456\n", b"1\n123456", b"1\n123456\n2\n"])
def test_a_frame_beyond_the_limit_is_refused_before_it_is_whole(data: bytes) -> None:
    buffer = Frames(5)
    buffer.feed(data)
    with pytest.raises(EngineError, match="5 bytes"):
        taken(buffer)


def test_a_frame_at_the_limit_is_taken() -> None:
    buffer = Frames(5)
    buffer.feed(b"12345\n12345\n")
    assert taken(buffer) == [b"12345", b"12345"]


def test_a_request_is_one_line_and_comes_back_equal() -> None:
    request = Request(7, "trace", {"source": "a\nb", "ttl": 3})
    frame = protocol.encode_request(request)
    assert frame.count(b"\n") == 1
    assert protocol.decode_request(frame.rstrip(b"\n")) == request


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"call": "y"}',
        b'{"id": "x", "call": "y"}',
        b'{"id": 0, "call": "y"}',
        b'{"id": -1, "call": "y"}',
        b'{"id": 1.5, "call": "y"}',
        b'{"id": 99999999999999999999, "call": "y"}',
        b'{"id": 1, "call": 2}',
        b'{"id": 1, "call": "y", "params": []}',
        b'{"id": 1, "call": "y", "deadline_s": 0}',
        b'{"id": 1, "call": "y", "deadline_s": 1e999}',
    ],
)
def test_what_is_no_request_is_an_error(frame: bytes) -> None:
    with pytest.raises(EngineError) as caught:
        protocol.decode_request(frame)
    assert caught.value.code == "bad_frame"


def test_a_request_beyond_the_limit_is_refused_by_the_sender() -> None:
    with pytest.raises(EngineError, match="are allowed"):
        protocol.encode_request(Request(1, "trace", {"source": "x" * protocol.REQUEST_LIMIT}))


@pytest.mark.parametrize("encode", [protocol.encode_result, protocol.encode_event])
def test_an_answer_beyond_the_limit_is_an_error_of_its_own(encode: Callable[[int, object], bytes]) -> None:
    with pytest.raises(EngineError, match="are allowed") as caught:
        encode(1, "x" * REPLY_LIMIT)
    assert caught.value.code == "too_large"


def received(frame: bytes, request_id: int) -> Reply:
    return protocol.checked(protocol.decode_reply(frame), request_id)


def test_a_result_is_passed_on_as_json_without_being_read() -> None:
    reply = received(protocol.encode_result(3, {"path": [1, None]}), 3)
    assert reply.is_last
    assert msgspec.json.decode(bytes(reply.result)) == {"path": [1, None]}


def test_an_event_is_not_the_last_word() -> None:
    reply = received(protocol.encode_event(3, None), 3)
    assert not reply.is_last
    assert bytes(reply.event) == b"null"


@pytest.mark.parametrize("about", [3, 0])
def test_a_fault_is_raised_with_its_code_and_field(about: int) -> None:
    frame = protocol.encode_fault(about, EngineError("busy", "source: what?", "source", retry_after_s=1.5))
    with pytest.raises(EngineError, match="what") as caught:
        received(frame, 3)
    assert (caught.value.code, caught.value.field, caught.value.retry_after_s) == ("busy", "source", 1.5)


def test_a_name_that_is_no_text_does_not_hide_the_fault() -> None:
    name = b"facts-\xff".decode(errors="surrogateescape")
    with pytest.raises(EngineError, match=r"facts-\\udcff is not there"):
        received(protocol.encode_fault(1, EngineError("bad_value", f"{name} is not there")), 1)


@pytest.mark.parametrize(
    "frame", [protocol.encode_result(4, "theirs"), protocol.encode_fault(4, EngineError("denied", "theirs"))]
)
def test_an_answer_to_another_request_is_never_taken(frame: bytes) -> None:
    with pytest.raises(EngineError, match="request 4"):
        received(frame, 3)


@pytest.mark.parametrize("frame", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"id": 1, "error": "no"}'])
def test_what_is_no_reply_is_an_error(frame: bytes) -> None:
    with pytest.raises(EngineError) as caught:
        protocol.decode_reply(frame)
    assert caught.value.code == "bad_frame"


def test_both_ends_say_their_version() -> None:
    for frame in (protocol.encode_request(Request(1, "x")), protocol.encode_result(1, 2)):
        assert msgspec.json.decode(frame)["version"] == VERSION


@pytest.mark.parametrize("read", [protocol.decode_request, protocol.decode_reply])
@pytest.mark.parametrize(
    "frame", [b'{"version": 2, "id": 1, "call": "x", "result": 1}', b'{"version": 2, "what": "nobody knows yet"}']
)
def test_another_version_is_said_so_also_where_it_says_other_things(
    read: Callable[[bytes], object], frame: bytes
) -> None:
    with pytest.raises(EngineError, match="version 2") as caught:
        read(frame)
    assert caught.value.code == "version"
