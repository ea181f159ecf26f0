import json
from typing import Any

import pytest

from backend.model.address import parse_address
from backend.model.answer import Stop
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Network, Router
from backend.wire.path import read_path, read_trace
from backend.wire.question import QuestionError

A, B = parse_address("10.1.1.50"), parse_address("10.2.1.50")
ADDRESS = InterfaceAddress(parse_address("10.1.1.1"), 24)
NETWORK = Network(
    "x",
    (
        Router("hq-gw", interfaces=(Interface("eth1", addresses=(ADDRESS,)), Interface("wg0"))),
        Router("br-gw", interfaces=(Interface("wg0"), Interface("eth0"))),
    ),
)


def said(*hops: Any, **more: Any) -> str:
    return json.dumps({"success": True, "path": hops, **more})


def test_the_trace_that_the_shell_prints_is_read() -> None:
    text = said(
        {"hop": 1, "name": "hq-gw", "incoming": "eth1", "outgoing": "wg0", "is_router": True, "rtt": 0.4, "mine": 1},
        {"hop": 2, "name": "br-gw", "incoming": "wg0", "outgoing": "eth0", "is_router": True},
        {"hop": 3, "name": "br-pc1", "incoming": "", "outgoing": "", "is_router": False},
        source="10.1.1.50",
    )
    assert read_path(NETWORK, text) == ((Stop("hq-gw", "eth1", "wg0"), Stop("br-gw", "wg0", "eth0")), ())


def test_older_words_and_hops_that_kept_silent_are_read() -> None:
    text = said(
        {"name": "pc", "is_router_owned": False},
        {"name": "hq-gw", "interface": "eth1", "outgoing": "wg0", "is_router_owned": True},
        {"name": "???"},
        {"name": "br-gw", "incoming": "", "interface": "wg0", "outgoing": "eth0"},
    )
    stops, notes = read_path(NETWORK, text)
    assert stops == (Stop("hq-gw", "eth1", "wg0"), Stop("br-gw", "wg0", "eth0"))
    assert notes == ("hop 3 of the trace did not answer, so nobody knows which router it is",)


HERE = {"name": "hq-gw", "incoming": "eth1", "outgoing": "wg0", "is_router": True}
THERE = {"name": "br-gw", "incoming": "wg0", "outgoing": "eth0", "is_router": True}


FACING = "the one that faces the router before is taken"


def notes(*hops: Any, **more: Any) -> tuple[str, ...]:
    return read_trace(NETWORK, said(*hops, **more), (A, B)).notes


@pytest.mark.parametrize("source", ["source", "src", "source_ip"])
@pytest.mark.parametrize("destination", ["destination", "dst", "dest_ip"])
def test_ends_have_several_names_and_have_to_be_those_that_are_asked_for(source: str, destination: str) -> None:
    assert notes(HERE, **{source: "10.1.1.50", destination: " 10.2.1.50 "}) == ()
    assert notes(HERE, **{source: "10.1.1.51", destination: 7}) == (
        "the trace goes from '10.1.1.51'; what is asked for goes from 10.1.1.50",
        "the trace goes to 7; what is asked for goes to 10.2.1.50",
    )


def test_what_is_missing_is_said_with_what_is_done_about_it() -> None:
    assert notes({"name": "hq-gw"}, {"name": "br-gw", "incoming": "wg0"}) == (
        "the trace does not say that it goes from 10.1.1.50",
        "the trace does not say that it goes to 10.2.1.50",
        f"the trace does not say on which interface the packet comes to hq-gw: {FACING}",
        "the trace does not say where the packet leaves hq-gw, br-gw, so that is not compared",
    )


def test_a_hop_without_a_name_is_known_by_its_address() -> None:
    known = {"ip": "10.1.1.1", "incoming": "eth1", "outgoing": "wg0"}
    stops, notes = read_path(NETWORK, said(known, {"name": "old", **known, "is_router": True}, {"ip": "10.9.9.9"}))
    assert stops == (Stop("hq-gw", "eth1", "wg0"),) * 2
    assert notes == (
        "hop 1 of the trace: it has no name, but hq-gw has its address 10.1.1.1",
        "hop 2 of the trace: 'old' is no router of this network, but hq-gw has its address 10.1.1.1",
        "hop 3 of the trace is left out: it has neither a name nor the address of a router",
    )


def test_what_cannot_be_tested_is_said() -> None:
    _, found = read_path(
        NETWORK, said({**HERE, "hop": 2}, {**THERE, "hop": 1, "is_router": 0}, success=False, alternatives=[{}, {}])
    )
    assert found == (
        "the trace says of itself that it did not arrive",
        "the trace has 2 other ways: only the one of its `path` is tested",
        "the hops of the trace are tested as they stand there, which is not the order of their numbers",
        "hop 2 of the trace: it says that br-gw is no router, so it is not tested",
    )


def test_all_of_it_is_kept() -> None:
    given = {"path": [{**HERE, "mine": {"colour": [1, None, "é\x1b"]}, "rtt": 0.4}], "note": "from Anna"}
    assert json.loads(read_trace(NETWORK, json.dumps(given, indent=1)).text) == given
    assert read_trace(NETWORK, given) == read_trace(NETWORK, json.dumps(given))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "trace: is no JSON: line 1"),
        ("{\n'a'}", "trace: is no JSON: line 2"),
        ("[1]", "trace: is [1], not an object"),
        ("{}", "has no list `path`"),
        ('{"path": {}}', "has no list `path`"),
        ('{"path": []}', "has no list `path`"),
        ('{"path": [7]}', "hop 1 is 7, not an object"),
        ('{"path": [{"name": "x; rm -rf /", "is_router": true}]}', "hop 1: 'x; rm -rf /' is no router"),
        ('{"path": [{"name": ["hq-gw"], "is_router": true}]}', "hop 1: ['hq-gw'] is no router"),
        ('{"path": [{"name": "hq-gw", "incoming": "eth9"}]}', "hop 1: hq-gw has no interface 'eth9'"),
        ('{"path": [{"name": "hq-gw", "outgoing": 5}]}', "hop 1: hq-gw has no interface 5"),
        ('{"path": [{"name": "pc"}]}', "names no router of this network"),
        ('{"path": [{"name": [1]}]}', "names no router of this network"),
        ("[" * 100000, "is nested more than 40 times"),
        ('{"path": [{"name": "hq-gw", "is_router": "false"}]}', "hop 1: is_router is 'false', not true or false"),
        ('{"path": [{"name": "a\\u001b[2J\\n", "is_router": 1}]}', r"hop 1: 'a\x1b[2J\n' is no router"),
        ('{"path": [{"is_router": true}]}', "hop 1: None is no router"),
        (json.dumps({"path": [{"name": "hq-gw"}] * 256}), "has 256 hops, more than 255"),
        (json.dumps({"path": [{"name": "x" * 9999, "is_router": True}]}), "…"),
    ],
)
def test_what_is_wrong_is_named_with_its_hop(text: str, complaint: str) -> None:
    with pytest.raises(QuestionError) as error:
        read_path(NETWORK, text)
    assert complaint in str(error.value)
    assert len(str(error.value)) < 200


def test_a_trace_may_name_its_hops_in_any_type_without_harm() -> None:
    with pytest.raises(QuestionError, match="hop 1"):
        read_path(NETWORK, said({"name": {"a": 1}, "is_router": True}))
