"""How many streams there are, and what their lines are; whole ones are read in tests/live."""

import pytest
from flask import Flask
from msgspec import UNSET, Raw

from backend.web.errors import ProblemError
from backend.web.stream import MOST, MOST_OF_USER, Frame, Streams, _lines, is_wanted

EVENT = Raw(b'{"job":"one","seq":7,"message":"it runs"}')


@pytest.mark.parametrize(
    ("accept", "is_it"),
    [("text/event-stream", True), ("application/json, text/event-stream;q=0.5", True), ("*/*", False), ("", False)],
)
def test_a_stream_is_given_to_who_names_it(accept: str, is_it: bool) -> None:
    with Flask(__name__).test_request_context(headers={"Accept": accept}):
        assert is_wanted() is is_it


def test_an_event_is_its_json_with_its_number_as_id() -> None:
    assert b"".join(_lines(Frame(EVENT), 6)) == b"id: 7\ndata: " + bytes(EVENT) + b"\n\n"
    assert list(_lines(Frame(EVENT), 7)) == []  # it is known already
    place = Raw(b'{"position":2}')
    assert b"".join(_lines(Frame(UNSET, place), 0)) == b'event: place\ndata: {"position":2}\n\n'


def test_a_user_has_a_share_of_the_streams_and_gives_back() -> None:
    streams = Streams()
    backs = [streams.take("ann") for _ in range(MOST_OF_USER)]
    with pytest.raises(ProblemError) as caught:
        streams.take("ann")
    assert (caught.value.status, "ann" in caught.value.detail) == (429, True)
    streams.take("bob")
    backs.pop()()
    streams.take("ann")


def test_all_users_together_have_a_share_too() -> None:
    streams = Streams()
    for number in range(MOST):
        streams.take(f"user {number}")
    with pytest.raises(ProblemError) as caught:
        streams.take("ann")
    assert caught.value.status == 503
