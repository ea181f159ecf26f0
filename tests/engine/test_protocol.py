import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engine import protocol
from backend.engine.protocol import EngineError, FrameBuffer, Request

frames = st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b" ")), max_size=6)


@given(frames, st.data())
def test_frames_come_out_as_they_went_in_however_they_are_cut(sent: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame + b"\n" for frame in sent)
    buffer = FrameBuffer()
    received: list[bytes] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        received += buffer.feed(stream[:size])
        stream = stream[size:]
    assert received == sent


@pytest.mark.parametrize("data", [b"123456", b"123456\n", b"1\n123456", b"1\n123456\n2\n"])
def test_a_frame_beyond_the_limit_is_refused_before_it_is_whole(data: bytes) -> None:
    with pytest.raises(EngineError, match="5 bytes"):
        FrameBuffer(5).feed(data)


def test_a_frame_at_the_limit_is_taken() -> None:
    assert FrameBuffer(5).feed(b"12345\n12345\n") == [b"12345", b"12345"]


def test_a_request_is_one_line_and_comes_back_equal() -> None:
    request = Request(7, "trace", {"source": "a\nb", "ttl": 3})
    frame = protocol.encode_request(request)
    assert frame.count(b"\n") == 1
    assert protocol.decode_request(frame.rstrip(b"\n")) == request


@pytest.mark.parametrize(
    "frame", [b"", b"{", b"[]", b'{"id": "x", "call": "y"}', b'{"call": "y"}', b"\xff", b"[" * 100_000, b"null"]
)
def test_what_is_no_request_is_an_error(frame: bytes) -> None:
    with pytest.raises(EngineError) as caught:
        protocol.decode_request(frame)
    assert caught.value.code == "bad_frame"


def test_a_request_beyond_the_limit_is_refused_by_the_sender() -> None:
    with pytest.raises(EngineError, match="are allowed"):
        protocol.encode_request(Request(1, "trace", {"source": "x" * protocol.REQUEST_LIMIT}))


def test_a_result_is_passed_on_as_json_without_being_read() -> None:
    reply = protocol.decode_reply(protocol.encode_result(3, {"path": [1, None]}))
    assert msgspec.json.decode(protocol.result_of(reply, 3)) == {"path": [1, None]}


def test_a_fault_is_raised_with_its_code_and_field() -> None:
    reply = protocol.decode_reply(protocol.encode_fault(3, EngineError("bad_value", "source: what?", "source")))
    with pytest.raises(EngineError, match="what") as caught:
        protocol.result_of(reply, 3)
    assert (caught.value.code, caught.value.field) == ("bad_value", "source")


def test_an_answer_to_another_request_is_never_taken() -> None:
    reply = protocol.decode_reply(protocol.encode_result(4, "somebody else's"))
    with pytest.raises(EngineError, match="request 4"):
        protocol.result_of(reply, 3)
