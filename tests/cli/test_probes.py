"""`ping` and `mtr`, as a person types them."""

from pathlib import Path

import pytest

from backend.cli.command import NO, YES
from backend.cli.error import UsageError
from tests.cli.playing import ask


@pytest.mark.root
@pytest.mark.serial
def test_a_ping_is_yes_no_or_open(up: Path) -> None:
    assert ask("ping -s a -d b").code == YES
    assert ask("ping -s a -d 10.66.0.1 -c 1").code == NO
    document = ask("ping -s a -d b -c 2 -i 0.01 -j").document
    assert (document["sent"], document["received"]) == (2, 2)


@pytest.mark.root
@pytest.mark.serial
def test_a_trace_is_yes_or_no(up: Path) -> None:
    assert ask("mtr -s a -d b").text.splitlines()[-1] == "reached: 4 hops"
    assert ask("mtr -s a -d b -p udp -c 1").code == YES
    assert ask("mtr -s a -d b -p tcp --dport 81 -c 1").code == NO
    assert [hop["name"] for hop in ask("mtr -s a -d b -6 -j").document["path"]] == ["r1", "r2", "r3", "b"]


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("ping -s x -d b", "source: 'x' is neither"),
        ("ping -s a -d c -6", "do not both have an IPv6 address"),
        ("mtr -s a -d 10.1.0.1/24", "destination: '10.1.0.1/24' is neither"),
        ("mtr -s a -d b -p icmp --dport 80", "--dport 80: icmp has no ports"),
    ],
)
def test_what_is_asked_wrongly_is_named(up: Path, line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("ping -s a", "-d"),
        ("ping -s a -d b -c 0", "'0' is not a number from 1 to 1000"),
        ("ping -s a -d b -c 1e3", "'1e3' is not a number"),
        ("ping -s a -d b -i -1", "-i"),
        ("ping -s a -d b -i nan", "'nan' is not a number of seconds"),
        ("ping -s a -d b -4 -6", "not allowed with"),
        ("mtr -s a -d b -p sctp", "sctp"),
        ("mtr -s a -d b -p tcp --dport 65536", "'65536' is not a number from 1 to 65535"),
        ("mtr -s a -d b -c 99", "'99' is not a number from 1 to 10"),
    ],
)
def test_wrong_words_are_named_without_a_lab(line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)
