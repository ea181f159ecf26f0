import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lab.hand import protocol
from backend.lab.hand.protocol import (
    HEADER,
    MARK,
    VERSION,
    AddHost,
    Answer,
    Down,
    Fault,
    Frames,
    ListHosts,
    ListServices,
    Mtr,
    Ping,
    ProtocolError,
    RemoveHost,
    Request,
    StartServices,
    Status,
    StopServices,
    TryServices,
    answer_of,
    framed,
    read_answer,
    read_request,
)
from backend.model.flow import Service

HTTPS = (Service("tcp", 443),)
REQUESTS: tuple[Request, ...] = (
    Status(),
    Down(),
    AddHost("w", ("10.1.0.9/24", "2001:db8::9"), ("10.1.0.1",), "r1:eth0", None),
    RemoveHost("w"),
    ListHosts(),
    StartServices("w", HTTPS),
    StopServices("w"),
    ListServices(None),
    TryServices("a", "b", HTTPS, 6),
    Ping("a", "b", 5, 0.5, 4),
    Mtr("a", "b", "tcp", 443, 1),
)


def whole(data: bytes) -> bytes:
    found = Frames(protocol.REQUEST_LIMIT).feed(data)
    assert found is not None
    return found


@pytest.mark.parametrize("asked", REQUESTS)
def test_a_request_is_read_as_it_was_asked(asked: Request) -> None:
    assert read_request(whole(framed(asked))) == asked


def test_an_answer_is_read_as_it_was_given() -> None:
    assert bytes(read_answer(whole(framed(answer_of({"a": [1, None]})))).document) == b'{"a":[1,null]}'
    fault = Answer(fault=Fault("no", is_usage=True))
    assert read_answer(whole(framed(fault))).fault == fault.fault


def test_a_frame_may_come_byte_by_byte() -> None:
    frames, data = Frames(protocol.REQUEST_LIMIT), framed(Ping("a", "b"))
    found = [frames.feed(data[at : at + 1]) for at in range(len(data))]
    assert found[:-1] == [None] * (len(data) - 1)
    assert found[-1] is not None
    assert read_request(found[-1]) == Ping("a", "b")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"GET / HTTP/1.1\r\n", "does not speak as a lab of tsim does: b'GET / HTTP/1.1"),
        (b"t\0", "does not speak"),
        (HEADER.pack(MARK, VERSION + 1, 0), f"speaks version {VERSION + 1} of what a lab is asked in, not {VERSION}"),
        (HEADER.pack(MARK, VERSION, 1 << 31), "a frame of 2147483648 bytes"),
    ],
)
def test_what_is_no_frame_is_refused_as_soon_as_it_is_seen(data: bytes, text: str) -> None:
    with pytest.raises(ProtocolError) as error:
        Frames(protocol.REQUEST_LIMIT).feed(data)
    assert text in str(error.value)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "not a request"),
        (b"[" * 100000, "not a request"),
        (b'{"type": "teleport"}', "teleport"),
        (b'{"type": "ping", "source": "a"}', "destination"),
        (b'{"type": "ping", "source": "a", "destination": "b", "count": 0}', "count"),
        (b'{"type": "ping", "source": "a", "destination": "b", "count": 100000}', "count"),
        (b'{"type": "mtr", "source": "a", "destination": "b", "protocol": "sctp"}', "sctp"),
        (b'{"type": "mtr", "source": "\xff"}', "not a request"),
    ],
)
def test_what_is_no_request_is_named(data: bytes, text: str) -> None:
    with pytest.raises(ProtocolError, match=text):
        read_request(data)


def test_what_is_no_answer_is_named() -> None:
    with pytest.raises(ProtocolError, match="not an answer"):
        read_answer(b'{"fault": 7}')


@given(st.binary(max_size=200))
def test_nothing_that_comes_is_more_than_a_refusal(data: bytes) -> None:
    try:
        found = Frames(1000).feed(MARK + data)
        if found is not None:
            read_request(found)
    except ProtocolError:
        pass
