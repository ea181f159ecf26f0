import json
from typing import Any

import pytest

from backend.model.answer import Stop
from backend.model.interface import Interface
from backend.model.network import Network, Router
from backend.wire.path import read_path
from backend.wire.question import QuestionError

NETWORK = Network(
    "x",
    (
        Router("hq-gw", interfaces=(Interface("eth1"), Interface("wg0"))),
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
        {"name": "hq-gw", "interface": "eth1", "is_router_owned": True},
        {"name": "???"},
        {"name": "br-gw"},
    )
    stops, notes = read_path(NETWORK, text)
    assert stops == (Stop("hq-gw", "eth1"), Stop("br-gw"))
    assert notes == ("hop 3 did not answer, so nobody knows which router it is",)


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
        ("[" * 100000, "is no JSON"),
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
