"""A time as a person types it: a day, a moment, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

AGO = re.compile(r"(\d{1,6})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_time(text: str) -> datetime:
    """With its zone: what names none is of here."""
    ago = AGO.fullmatch(text)
    try:
        if ago is not None:
            return datetime.now(UTC) - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time: 2026-01-31, 2026-01-31T18:00, or ago: 90m, 2h, 3d") from None
