from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.model.flow import Flow
from backend.wire.question import FIELDS, QuestionError, faults_of, name_of, read_question
from tests.wire.networks import NETWORK

RIGHT = {"source": "10.1.1.50", "destination": "10.1.1.1"}


def test_addresses_and_defaults() -> None:
    flow, gateway = read_question(NETWORK, RIGHT)

    assert flow == Flow(ip_address("10.1.1.50"), ip_address("10.1.1.1"))
    assert gateway is None


def test_everything_that_may_be_asked() -> None:
    flow, gateway = read_question(
        NETWORK,
        RIGHT
        | {"protocol": "UDP", "source_port": 40000, "destination_port": "53", "mark": "0x10", "tos": 8, "ttl": 3}
        | {"gateway": "gw"},
    )

    expected = Flow(ip_address("10.1.1.50"), ip_address("10.1.1.1"), 17, 40000, 53, mark=16, tos=8, ttl=3)
    assert (flow, gateway) == (expected, "gw")


def test_names_stand_for_the_address_of_the_other_ends_family() -> None:
    flow, _ = read_question(NETWORK, {"source": "pc", "destination": "2001:db8:1::1"})
    assert str(flow.source) == "2001:db8:1::50"

    flow, _ = read_question(NETWORK, {"source": "gw", "destination": "pc"})
    assert (str(flow.source), str(flow.destination)) == ("10.1.1.1", "10.1.1.50")


@pytest.mark.parametrize(("address", "name"), [("10.1.1.50", "pc"), ("10.1.1.2", "bare"), ("10.1.1.77", "")])
def test_an_address_is_called_what_has_it(address: str, name: str) -> None:
    assert name_of(NETWORK, ip_address(address)) == name


def test_empty_fields_are_not_said() -> None:
    assert read_question(NETWORK, RIGHT | dict.fromkeys(FIELDS[2:], "")) == read_question(NETWORK, RIGHT)


@pytest.mark.parametrize(
    ("change", "field", "named"),
    [
        ({"source": None}, "source", "missing"),
        ({"source": ["10.1.1.1"]}, "source", "['10.1.1.1']"),
        ({"source": "10.1.1.500"}, "source", "10.1.1.500"),
        ({"source": "10.1.1.0/24"}, "source", "10.1.1.0/24"),
        ({"destination": "nobody"}, "destination", "nobody"),
        ({"destination": "2001:db8::1"}, "destination", "family"),
        ({"source": "far", "destination": "2001:db8:1::1"}, "destination", "far"),
        ({"protocol": "tpc"}, "protocol", "tpc"),
        ({"protocol": 256}, "protocol", "256"),
        ({"protocol": "9" * 5000}, "protocol", "999"),
        ({"protocol": "icmp", "destination_port": 80}, "destination_port", "icmp has no ports"),
        ({"destination_port": 65536}, "destination_port", "65536"),
        ({"destination_port": -1}, "destination_port", "-1"),
        ({"destination_port": True}, "destination_port", "True"),
        ({"source_port": "ssh"}, "source_port", "ssh"),
        ({"source_port": 1.5}, "source_port", "1.5"),
        ({"mark": 1 << 32}, "mark", "4294967296"),
        ({"tos": "0x100"}, "tos", "0x100"),
        ({"ttl": 0}, "ttl", "0"),
        ({"gateway": "pc"}, "gateway", "pc"),
        ({"gateway": ["gw"]}, "gateway", "gw"),
        ({"colour": "blue"}, "colour", "no field"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, named: str) -> None:
    with pytest.raises(QuestionError) as caught:
        read_question(NETWORK, RIGHT | change)

    assert caught.value.field == field
    assert named in caught.value.detail


def test_a_long_value_is_shown_in_short() -> None:
    with pytest.raises(QuestionError) as caught:
        read_question(NETWORK, RIGHT | {"source": "x" * 100_000})

    assert len(caught.value.detail) < 300


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_anything_is_a_flow_or_a_named_error(question: dict[str, Any]) -> None:
    try:
        flow, _ = read_question(NETWORK, question)
    except QuestionError as error:
        told = error.field in FIELDS and str(error) in map(str, faults_of(NETWORK, question))
    else:
        told = flow.source.version == flow.destination.version and not faults_of(NETWORK, question)
    assert told
