"""What counts as more than before."""

import pytest

from tests.soak.figures import ROOM, grown

BEFORE = {"bytes of web": 50 << 20, "descriptors of web": 20, "rows of tokens": 0}


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("bytes of web", (50 << 20) + ROOM["bytes"] + 1),
        ("descriptors of web", 20 + ROOM["descriptors"] + 1),
        ("rows of tokens", 1),
        ("processes of anything else", 1),
    ],
)
def test_what_is_more_is_named(name: str, now: int) -> None:
    assert grown(BEFORE, {**BEFORE, name: now}) == [name]


def test_what_is_less_or_little_more_is_as_before() -> None:
    assert grown(BEFORE, {"bytes of web": 51 << 20, "descriptors of web": 30, "rows of tokens": 0}) == []
