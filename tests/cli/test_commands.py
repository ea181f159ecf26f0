"""Which commands there are, and what is loaded for one of them."""

import subprocess
import sys

import pytest

from backend.cli.command import FAILURE
from backend.cli.commands import MODULES, parse, parser, run
from backend.cli.error import FailureError, HelpAsked, UsageError
from tests.cli.networks import small
from tests.cli.playing import shell_of

COMMANDS = [command for commands in MODULES.values() for command in commands]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help_alone_and_in_the_list(command: str) -> None:
    for words in (["help", command], [command, "--help"]):
        with pytest.raises(HelpAsked, match=f"usage: {command}"):
            parse(words)
    with pytest.raises(HelpAsked, match=rf"(?m)^    {command}\b"):
        parse(["help"])


def test_the_list_is_all_that_there_is() -> None:
    with pytest.raises(UsageError, match="invalid choice: 'teleport'") as error:
        parse(["teleport"])
    assert all(repr(command) in str(error.value) for command in COMMANDS)


def test_help_of_a_command() -> None:
    with pytest.raises(HelpAsked, match="--destination"):
        parse(["trace", "--help"])


def test_no_command_is_a_word_that_is_missing() -> None:
    with pytest.raises(UsageError, match="COMMAND"):
        parse([])


def test_a_parser_is_built_once() -> None:
    assert parser("trace") is parser("trace")


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("trace -s a -d b", "backend.sim backend.facts backend.lab backend.store asyncio subprocess sqlalchemy"),
        ("prove -s a -d b -P 22", "backend.sim backend.facts backend.lab asyncio subprocess"),
        ("job list", "backend.sim backend.facts backend.lab asyncio"),
        ("engine status", "backend.sim backend.facts backend.lab asyncio"),
        ("ping -s a -d b", "backend.sim asyncio"),
    ],
)
def test_what_asks_another_loads_no_more_than_that_takes(line: str, others: str) -> None:
    script = f"""
import sys
from backend.cli import tsimsh
from backend.cli.commands import parse
from backend.cli.who import engine
parse({line.split()!r})
print([name for name in {others.split()!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_a_failure_is_an_answer_with_its_reason() -> None:
    def fails(*_: object) -> None:
        raise FailureError("the disk is full")

    for line, document in (("facts", None), ("facts -j", {"success": False, "error": "the disk is full"})):
        asked = parse(line.split())
        asked.command = fails
        answer = run(shell_of(small()), asked)
        assert (answer.code, answer.text, answer.document) == (FAILURE, "the disk is full", document)
