from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.asking import FIELDS, read_asked, read_priority
from backend.jobs.draft import Draft, draft_document, read_draft
from backend.wire.question import QuestionError
from tests.wire.networks import NETWORK

WHOLE = {"source": "pc", "destination": "10.1.1.9", "services": "ssh,8081/udp,icmp"}
HOP = {"name": "gw", "incoming": "eth0", "outgoing": "eth1"}


def read(**question: Any) -> Draft:
    return read_draft(NETWORK, question)


def said(**question: Any) -> Any:
    return draft_document(read(**question))


def wrong(**question: Any) -> list[tuple[str, Any]]:
    return [(error["field"], error["where"]) for error in said(**question)["errors"]]


def test_what_a_test_would_be_is_told() -> None:
    found = said(**WHOLE, trace={"path": [HOP]})
    assert (found["source"], found["destination"]) == ("10.1.1.50", "10.1.1.9")
    assert found["services"] == [
        {"port": 22, "protocol": "tcp", "name": "ssh"},
        {"port": 8081, "protocol": "udp", "name": None},
        {"port": None, "protocol": "icmp", "name": None},
    ]
    assert found["trace"]["routers"] == [HOP]
    assert found["trace"]["notes"] == [
        "the trace does not say that it goes from 10.1.1.50",
        "the trace does not say that it goes to 10.1.1.9",
    ]
    assert (found["missing"], found["errors"], found["is_complete"]) == ([], [], True)


@pytest.mark.parametrize("empty", [{}, dict.fromkeys(FIELDS), dict.fromkeys(FIELDS, " "), {"services": []}])
def test_what_is_not_filled_in_yet_is_missing_and_no_error(empty: dict[str, Any]) -> None:
    spaces = {"source": " ", "destination": " ", "services": " , "} if empty.get("source") == " " else empty
    found = said(**spaces)
    assert (found["missing"], found["errors"]) == (["source", "destination", "services"], [])
    assert not found["is_complete"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    fields = dict.fromkeys(FIELDS, "?")
    assert {field for field, _ in wrong(**fields, colour="red")} == {*FIELDS, "'colour'"} - {"services"}
    assert not read(**fields).is_complete
    assert [field for field, _ in wrong(source="10.1.1.1", destination="2001:db8::1", ttl=0)] == ["destination", "ttl"]


def test_a_wrong_piece_of_the_services_is_shown_where_it_stands_and_the_others_are_read() -> None:
    text = "22, nonsense ,80/sctp,443"
    found = said(services=text)
    assert [service["port"] for service in found["services"]] == [22, 443]
    places = [error["where"] for error in found["errors"]]
    assert [text[place["start"] : place["end"]] for place in places] == ["nonsense", "80/sctp"]
    assert [place["piece"] for place in places] == ["nonsense", "80/sctp"]
    assert "nonsense" in found["errors"][0]["text"]


def test_services_beyond_the_most_are_errors_of_their_pieces() -> None:
    found = said(services="1-9,ssh,443,9,80")
    assert len(found["services"]) == 10
    assert [error["where"]["piece"] for error in found["errors"]] == ["443", "80"]
    assert len(said(services="1-65535," * 10_000)["errors"]) == 20


def test_where_json_breaks_is_told_by_line_and_column() -> None:
    ((field, place),) = wrong(trace='{\n  "path": [,]\n}')
    assert (field, place["line"], place["column"]) == ("trace", 2, 12)


def test_each_wrong_hop_is_told_and_the_others_are_read() -> None:
    path = [{"name": "no", "is_router": True}, HOP, 7, {"name": "gw", "incoming": "eth9"}]
    found = said(trace={"path": path})
    assert [error["where"]["hop"] for error in found["errors"]] == [1, 3, 4]
    assert found["trace"]["routers"] == [HOP]
    assert len(said(trace={"path": [7] * 200})["errors"]) == 20


ENDS = st.sampled_from([None, "", "pc", "gw", "10.1.1.9", "2001:db8:1::1", "nobody"])
WORDS = st.none() | st.sampled_from(["", "tcp", "high", "gw", "prove", "0", "255", "x", 6])
SERVICES = st.none() | st.sampled_from(["", "22", "22,x", "1-11", "53/udp,icmp", [80, "ssh"], [None], ["x"], 7])
TRACES = st.none() | st.sampled_from(["", "{", "[]", {"path": [HOP]}, {"path": [HOP, 7]}, {"path": [{"name": "pc"}]}])
QUESTIONS = st.fixed_dictionaries(
    {}, optional={"source": ENDS, "destination": ENDS, "services": SERVICES, "trace": TRACES, "colour": WORDS}
    | {name: WORDS for name in FIELDS if name not in ("source", "destination", "services", "trace")},
)  # fmt: skip


@given(QUESTIONS)
def test_what_is_complete_is_what_is_taken(question: dict[str, Any]) -> None:
    draft = read_draft(NETWORK, question)
    with suppress(QuestionError):
        asked = read_asked(NETWORK, question, "small@1")
        read_priority(question)
        assert draft.is_complete
        assert (draft.ends, draft.services) == ((asked.source, asked.destination), asked.services)
        return
    assert not draft.is_complete
