import pytest

from backend.sim.netfilter.connection import State, Template
from backend.sim.netfilter.tracking import track
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.target.acting import acted, unread


@pytest.mark.parametrize("text", ["-j NOTRACK", "-j CT --notrack"])
def test_a_packet_is_not_tracked(text: str) -> None:
    met = acted(text, "tcp")
    track(met, ())
    assert (met.state, met.connection) == (State.UNTRACKED, None)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--zone 5", Template(zone=5)),
        ("--helper ftp", Template(helper="ftp")),
        ("--zone 5 --helper ftp", Template(5, "ftp")),
        ("--ctevents new,destroy --timeout slow", Template()),
    ],
)
def test_ct_says_what_the_connection_will_be_like(options: str, expected: Template) -> None:
    assert acted(f"-j CT {options}", "tcp").template == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("--zone 5", "--zone 6", 5), ("--zone 5", "--notrack", 5), ("--notrack", "--zone 5", None)],
)
def test_of_several_rules_the_first_counts(first: str, second: str, expected: int | None) -> None:
    met = acted(f"-j CT {second}", acted(f"-j CT {first}", "tcp"))
    track(met, ())
    assert (met.connection.zone if met.connection is not None else None) == expected


@pytest.mark.parametrize("text", ["-j NOTRACK", "-j CT --zone 5"])
def test_what_comes_over_lo_was_tracked_when_it_was_sent(text: str) -> None:
    met = meeting("tcp")
    track(met, ())
    acted(text, met)
    assert (met.state, met.template) == (State.NEW, None)


@pytest.mark.parametrize("options", ["--zone mark", "--zone-orig 5", "--zone-reply 5", "--frobnicate"])
def test_zones_that_are_not_followed_are_not_guessed(options: str) -> None:
    assert unread(f"-j CT {options}").startswith("CT: ")
