import re

import pytest

from backend.cli.commands import MODULES
from backend.cli.options import options


def test_the_help_shows_all_commands_and_examples() -> None:
    text = options().format_help()
    for names in MODULES.values():
        for name in names:
            assert re.search(rf"(?m)^  {name}\b", text)
    assert "examples:" in text
    assert "exit codes:" in text


def test_all_behind_the_command_is_the_commands() -> None:
    asked = options().parse_args(["-q", "trace", "-q", "--facts"])
    assert (asked.quiet, asked.words, asked.facts) == (True, ["trace", "-q", "--facts"], None)


def test_an_option_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        options().parse_args(["--fact"])
    assert raised.value.code == 2
    assert "--fact" in capsys.readouterr().err
