"""All that there is to do with tests has its help, and names what it is about."""

import pytest

from backend.cli.commands import parse
from backend.cli.error import HelpAsked, UsageError

WORDS = ("submit", "list", "show", "watch", "result", "report", "cancel", "remove")


@pytest.mark.parametrize("word", WORDS)
def test_each_has_its_help(word: str) -> None:
    with pytest.raises(HelpAsked, match=f"usage: job {word}"):
        parse(["help", "job", word])
    with pytest.raises(HelpAsked, match=rf"(?m)^    {word} "):
        parse(["help", "job"])


@pytest.mark.parametrize("word", [word for word in WORDS if word not in ("submit", "list")])
def test_which_test_must_be_said(word: str) -> None:
    with pytest.raises(UsageError, match="ID"):
        parse(["job", word])
