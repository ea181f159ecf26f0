from datetime import UTC, datetime, timedelta

import pytest

from backend.report.snapshot import Diagnostic, Snapshot

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=400), "400 days"),
        (timedelta(days=-1), "less than a minute"),
    ],
)
def test_how_old_it_was(ago: timedelta, said: str) -> None:
    assert Snapshot("5498", AT - ago).age(AT) == said


def test_what_was_not_understood_names_its_place() -> None:
    found = Diagnostic("hq-gw_facts.txt", "expected an address", "rubbish", "interfaces", 3)
    assert (found.router, found.told) == ("hq-gw", "hq-gw_facts.txt:interfaces:3: expected an address 'rubbish'")
    assert Diagnostic("hosts.toml", "no table").told == "hosts.toml: no table"
