import shlex

import pytest

from backend.cli.commands import parse, parser
from backend.cli.completion.wanted import commands_of
from backend.cli.examples import EXAMPLES, examples


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_every_example_is_right(line: str) -> None:
    parse(shlex.split(line))


def test_every_command_has_one_and_every_one_is_of_a_command() -> None:
    known = commands_of(parser())
    assert EXAMPLES.keys() <= known.keys()
    assert {name for name in known if " " not in name} - EXAMPLES.keys() == {"help"}


def test_they_stand_in_the_help() -> None:
    assert examples("trace").startswith("examples:\n  trace ")
    assert examples("unset") == "example:\n  unset src"
    assert examples("nothing") == ""
