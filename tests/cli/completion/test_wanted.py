from importlib import import_module

import pytest

from backend.cli.commands import MODULES, parser
from backend.cli.completion.command import TOOLS
from backend.cli.completion.wanted import KINDS, Wanted, commands_of, wanted, wanted_of


def test_first_comes_a_command_or_an_option_of_the_shell() -> None:
    assert {name for names in MODULES.values() for name in names} <= set(wanted([], "t").words)
    assert {"--facts", "--server", "-q"} <= set(wanted([], "-").words)
    assert wanted(["nonsense"], "") == Wanted()


@pytest.mark.parametrize(
    ("before", "word", "expected"),
    [
        ("trace -s", "", Wanted(kinds=("machine",))),
        ("trace -s a -d b --gateway", "", Wanted(kinds=("router",))),
        ("reach -v -P", "22", Wanted(kinds=("service",))),
        ("mtr -p", "", Wanted(("icmp", "udp", "tcp"))),
        ("job show", "", Wanted(kinds=("job",))),
        ("job list --status", "", Wanted(("queued", "running", "succeeded", "failed", "cancelled", "expired"))),
        ("network activate", "", Wanted(kinds=("network",))),
        ("prove --trace", "x", Wanted(kinds=("file",))),
        ("report a.json", "b", Wanted(kinds=("result",))),
        ("host add name 10.0.0.1", "", Wanted()),
        ("trace --sport", "4", Wanted()),
        ("job nonsense", "", Wanted()),
        ("trace -s", "$", Wanted(kinds=("variable",))),
    ],
)
def test_values_are_those_of_the_option_before(before: str, word: str, expected: Wanted) -> None:
    assert wanted(before.split(), word) == expected


def test_commands_of_a_command_and_their_options() -> None:
    assert set(wanted(["job"], "").words) >= {"submit", "list", "report"}
    assert "--wait" in wanted(["job", "submit"], "-").words
    assert "--wait" in wanted(["help", "job", "submit"], "-").words
    assert "--gateway" in wanted(["trace", "-s", "a", "-d", "b"], "").words


@pytest.mark.parametrize("command", commands_of(parser()))
def test_every_option_that_there_is_is_offered(command: str) -> None:
    each = commands_of(parser())[command]
    real = {text for action in each._actions for text in action.option_strings}
    assert set(wanted(command.split(), "-").words) == (real if command != "help" else set(wanted([], "-").words))


def test_every_kind_is_of_an_argument_that_there_is() -> None:
    from backend.cli.options import options

    tools = [import_module(f"backend.cli.{module}").parser() for module in TOOLS.values()]
    every = [*commands_of(parser()).values(), options(), *tools]
    assert {action.dest for each in every for action in each._actions} >= KINDS.keys()


@pytest.mark.parametrize(
    ("tool", "before", "word", "expected"),
    [
        ("reachability", "-s", "", Wanted(kinds=("machine",))),
        ("reachability", "--dest-ip a -p", "", Wanted(kinds=("service",))),
        ("visualize", "--paper", "", Wanted(("A4", "Letter"))),
        ("visualize", "", "x", Wanted(kinds=("file",))),
        ("packet-counts", "before", "", Wanted(kinds=("file",))),
    ],
)
def test_words_of_the_tools_too(tool: str, before: str, word: str, expected: Wanted) -> None:
    each = import_module(f"backend.cli.{TOOLS[tool]}").parser()
    assert wanted_of(each, before.split(), word) == expected
