"""`service`, as a person types it."""

from pathlib import Path

import pytest

from backend.cli.command import NO, YES
from backend.cli.error import UsageError
from tests.cli.playing import ask


@pytest.mark.root
@pytest.mark.serial
def test_a_service_answers_while_it_runs(up: Path) -> None:
    assert ask("service test -s a -d b -P https").code == NO
    assert ask("service start b https,53/udp").text == "b: started: 443/tcp 53/udp"
    assert ask("service list").text == "b: 443/tcp 53/udp"
    assert ask("service list a").text == "no service runs"
    assert ask("service test -s a -d b -P https,53/udp,icmp").code == YES
    assert ask("service test -s a -d 2001:db8:2::50 -P https").code == YES
    assert ask("service test -s a -d b -P https,22 -j").document["services"][1]["outcome"] == "refused"
    assert ask("service stop b 22").code == NO
    assert ask("service stop b").text == "b: stopped: 443/tcp 53/udp"


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("service start x 80", "machine: 'x' is neither a machine"),
        ("service start b icmp", "answers pings by itself"),
        ("service stop x", "machine: 'x' is neither"),
        ("service list x", "machine: 'x' is neither"),
        ("service test -s a -d x -P 80", "destination: 'x' is neither"),
    ],
)
def test_what_is_asked_wrongly_is_named(up: Path, line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("service", "start|stop|list|test"),
        ("service start b", "SPEC"),
        ("service start b 80/sctp", "'80/sctp': the protocol is none of"),
        ("service stop b ,", "services: are missing"),
        ("service test -s a -d b", "-P"),
    ],
)
def test_wrong_words_are_named_without_a_lab(line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)
