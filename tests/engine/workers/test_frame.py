from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engine.workers.frame import HEADER, FrameBuffer, FrameError, Kind, header

MESSAGES = st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=40)), max_size=6)


@given(MESSAGES, st.lists(st.integers(1, 30)))
def test_frames_are_whole_however_they_are_cut(messages: list[tuple[Kind, bytes]], cuts: list[int]) -> None:
    data = b"".join(header(kind, len(body)) + body for kind, body in messages)
    buffer, found = FrameBuffer(), []
    for size in [*cuts, len(data) + 1]:
        found += buffer.feed(data[:size])
        data = data[size:]
    assert [(frame.kind, frame.body) for frame in found] == messages
    assert [frame.size for frame in found] == [len(body) for _, body in messages]


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        (HEADER.pack(1, 2**64 - 1), "18446744073709551615 bytes"),
        (HEADER.pack(1, 101), "101 bytes"),
        (HEADER.pack(77, 1), "kind 77"),
        (HEADER.pack(0, 0), "kind 0"),
    ],
)
def test_rubbish_is_refused_before_anything_is_set_aside_for_it(head: bytes, complaint: str) -> None:
    with pytest.raises(FrameError, match=complaint):
        FrameBuffer(limit=100).feed(head)


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_frames_or_an_error(data: bytes) -> None:
    with suppress(FrameError):
        for frame in FrameBuffer(limit=100).feed(data):
            assert frame.body in data


def test_what_is_too_long_is_not_begun() -> None:
    with pytest.raises(FrameError, match="too long"):
        header(Kind.SAID, 1 << 40)
