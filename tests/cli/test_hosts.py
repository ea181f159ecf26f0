"""`host`, as a person types it."""

from pathlib import Path

import pytest

from backend.cli.command import YES
from backend.cli.error import UsageError
from tests.cli.playing import ask


@pytest.mark.root
@pytest.mark.serial
def test_a_host_comes_and_goes(up: Path) -> None:
    added = ask("host add w 10.2.0.77 2001:db8:2::77 --gateway 10.2.0.1")
    assert (added.code, added.text.splitlines()[0]) == (
        YES, "w 10.2.0.77/24 2001:db8:2::77/64 on right (r3:eth0) via 10.2.0.1 2001:db8:2::1",
    )  # fmt: skip
    assert "w 10.2.0.77/24" in ask("host list").text
    assert ask("ping -s w -d a -6 -c 1").code == YES
    assert ask("host remove w").text == "w is gone"
    assert "w 10.2.0.77/24" not in ask("host list").text


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("host add w 10.9.9.9", "no segment of this lab covers 10.9.9.9"),
        ("host add w 10.2.0.77 --on r3:eth0 --segment right", "one is enough"),
        ("host remove a", "a was not added by hand"),
    ],
)
def test_what_is_asked_wrongly_is_named(up: Path, line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("host", "add|remove|list"),
        ("host teleport", "teleport"),
        ("host add w", "ADDRESS"),
    ],
)
def test_wrong_words_are_named_without_a_lab(line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)
