from datetime import UTC, datetime, timedelta

import pytest

from backend.cli.since import read_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-31T18:00+01:00", datetime(2026, 1, 31, 17, tzinfo=UTC)),
        ("2026-01-31T18:00Z", datetime(2026, 1, 31, 18, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, time: datetime) -> None:
    assert read_time(text) == time


def test_what_names_no_zone_is_of_here() -> None:
    assert read_time("2026-01-31") == datetime(2026, 1, 31).astimezone()


@pytest.mark.parametrize(("text", "ago"), [("90m", {"minutes": 90}), ("2h", {"hours": 2}), ("3d", {"days": 3})])
def test_how_long_ago(text: str, ago: dict[str, int]) -> None:
    before = datetime.now(UTC) - timedelta(**ago)
    assert before <= read_time(text) <= datetime.now(UTC) - timedelta(**ago)


@pytest.mark.parametrize("text", ["yesterday", "", "5", "5w", "-1d", "2026-13-01", "999999d", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text!r} is no time".replace("+", r"\+")):
        read_time(text)
