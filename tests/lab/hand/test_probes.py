"""Pings, traces and tests of services, in a lab that stands: what its user reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import json

from backend.lab.hand.client import ask
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import Mtr, Ping, StartServices, StopServices
from backend.model.address import Family
from backend.model.flow import Service
from backend.wire.path import read_path
from tests.lab.hand.played import NETWORK

pytestmark = [pytest.mark.root, pytest.mark.serial]


@pytest.fixture(autouse=True, scope="module")
def _services(directory: Path) -> Iterator[None]:
    ports = (Service("tcp", 80), Service("tcp", 81), Service("tcp", 82), Service("udp", 83))
    ask(directory, StartServices("b", ports))
    yield
    ask(directory, StopServices("b"))


def names(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(hop["name"], hop["answer"]) for hop in document["path"]]


@pytest.mark.parametrize("family", [4, 6])
def test_a_ping_tells_who_answered_and_how_fast(directory: Path, family: Family) -> None:
    document = ask(directory, Ping("a", "b", 5, family=family))
    assert (document["source_name"], document["destination_name"]) == ("a", "b")
    assert (document["sent"], document["received"], document["loss"]) == (5, 5, 0.0)
    assert 0 < document["rtt_min"] <= document["rtt_avg"] <= document["rtt_max"]
    assert [(each["seq"], each["name"], each["text"], each["ttl"]) for each in document["echoes"]] == [
        (seq, "b", "reply", 61) for seq in range(1, 6)
    ]


def test_a_ping_tells_who_refused(directory: Path) -> None:
    document = ask(directory, Ping("a", "10.2.0.99", 2))
    assert {(each["text"], each["name"], each["ip"]) for each in document["echoes"]} == {
        ("host unreachable", "r3", "10.9.0.2")
    }
    assert (document["received"], document["loss"], document["rtt_avg"]) == (0, 1.0, None)
    assert document["destination_name"] == ""


def test_a_ping_tells_silence_and_what_was_not_sent(directory: Path) -> None:
    assert {each["text"] for each in ask(directory, Ping("a", "10.66.0.1", 1))["echoes"]} == {"no answer"}
    document = ask(directory, Ping("r2", "10.66.0.1"))
    assert (document["failure"], document["sent"], document["source"]) == ("not sent: Network is unreachable", 0, "")


def test_a_ping_from_an_address_has_that_source(directory: Path) -> None:
    assert ask(directory, Ping("10.9.0.1", "10.0.0.1", 1))["source"] == "10.9.0.1"
    assert ask(directory, Ping("r2", "10.0.0.1", 1))["source"] == "10.0.0.2"


def test_the_internet_has_a_machine_too(directory: Path) -> None:
    assert ask(directory, Ping("internet", "203.0.113.2", 1))["received"] == 1
    (echo,) = ask(directory, Ping("r1", "192.0.2.1", 1))["echoes"]
    assert (echo["name"], echo["text"]) == ("internet", "net unreachable")


@pytest.mark.parametrize("protocol", ["icmp", "udp", "tcp"])
@pytest.mark.parametrize("family", [4, 6])
def test_a_trace_names_every_router(directory: Path, family: Family, protocol: Literal["icmp", "udp", "tcp"]) -> None:
    document = ask(directory, Mtr("a", "b", protocol, 8080 if protocol == "tcp" else None, 2, family))
    exceeded = "time to live exceeded" if family == 4 else "hop limit exceeded"
    last = {"icmp": "reply", "udp": "port unreachable", "tcp": "refused"}[protocol]
    assert names(document) == [("r1", exceeded), ("r2", exceeded), ("r3", exceeded), ("b", last)]
    assert document["reached"]
    assert [hop["is_router"] for hop in document["path"]] == [True, True, True, False]
    assert [hop["device"] for hop in document["path"]] == ["eth0", "eth0", "wg0", "eth0"]
    assert all(hop["loss"] == 0 and len(hop["rtts"]) == 2 and hop["rtt"] > 0 for hop in document["path"])


def test_asking_again_and_again_gives_the_same(directory: Path) -> None:
    for _ in range(10):
        assert [hop["loss"] for hop in ask(directory, Mtr("a", "b"))["path"]] == [0, 0, 0, 0]


def test_a_trace_ends_where_the_packet_is_dropped_or_refused(directory: Path) -> None:
    dropped = ask(directory, Mtr("a", "b", "tcp", 81))
    assert [name for name, _ in names(dropped)] == ["r1", "r2"]
    assert not dropped["reached"]
    refused = ask(directory, Mtr("a", "b", "udp", 83))
    assert names(refused)[2:] == [("r2", "administratively prohibited")]
    assert not refused["reached"]
    unsent = ask(directory, Mtr("r2", "10.66.0.1"))
    assert (unsent["failure"], unsent["path"], unsent["reached"]) == ("not sent: Network is unreachable", [], False)


def test_a_trace_reaches_a_service(directory: Path) -> None:
    assert names(ask(directory, Mtr("a", "b", "tcp", 80)))[3:] == [("b", "connected")]


def test_a_trace_can_be_given_to_whoever_takes_one(directory: Path) -> None:
    document = ask(directory, Mtr("a", "b"))
    stops, notes = read_path(NETWORK, json.encode(document).decode())
    assert [stop.router for stop in stops] == ["r1", "r2", "r3"]
    assert [note.partition(" r1,")[0] for note in notes] == [
        "the trace does not say on which interface the packet comes to",
        "the trace does not say where the packet leaves",
    ]


def test_who_does_not_exist_is_named(directory: Path) -> None:
    for asked in (Ping("x", "b"), Mtr("x", "b")):
        with pytest.raises(UsageError, match="source: 'x' is neither"):
            ask(directory, asked)
