"""Which commands there are. A command is loaded when it is typed: others may need ten times as long to load as it."""

import argparse
from collections.abc import Sequence
from functools import cache
from importlib import import_module

from backend.cli.command import FAILURE, Answer, Command, Parser, Shell
from backend.cli.error import AwayError, FailureError
from backend.cli.examples import examples

MODULES = {
    "trace": ("trace",),
    "reach": ("reach", "prove"),
    "network": ("network", "facts"),
    "job.command": ("job",),
    "hosts": ("host",),
    "services": ("service",),
    "probes": ("ping", "mtr"),
    "steering": ("engine",),
    "report.command": ("report",),
    "policy.check": ("check",),
    "policy.diff": ("diff",),
    "variables": ("set", "unset"),
    "completion.command": ("completion", "complete"),
    "doctor.command": ("doctor",),
}
"""Each with its commands."""


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The words of one command. UsageError and HelpAsked are the caller's to show."""
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if words[:1] == ["--help"]:
        parser().print_help()
    return parser(module_of(words[0]) if words else "").parse_args(list(words))


def run(shell: Shell, asked: argparse.Namespace) -> Answer:
    command: Command = asked.command
    try:
        return command(shell, asked)
    except (FailureError, AwayError) as error:
        return Answer(FAILURE, str(error), {"success": False, "error": str(error)} if asked.json else None)


def module_of(command: str) -> str:
    return next((module for module, commands in MODULES.items() if command in commands), "")


@cache
def parser(module: str = "") -> Parser:
    """Of the commands of one module, or of all; built once, since one process may answer thousands."""
    top = Parser(prog="", add_help=False, epilog="exit, quit or the end of the input: leave")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for each in (module,) if module else MODULES:
        import_module(f"backend.cli.{each}").register(commands)
    _illustrate(commands)
    if not module:
        commands.add_parser("help", help="this list; help COMMAND for one of them")
    return top


def _illustrate(commands: "argparse._SubParsersAction[Parser]", group: str = "") -> None:
    """Each command has its examples below its options."""
    for name, each in commands.choices.items():
        command = f"{group} {name}".strip()
        each.epilog = "\n\n".join(text for text in (examples(command), (each.epilog or "").rstrip()) if text)
        each.formatter_class = argparse.RawDescriptionHelpFormatter
        for action in each._actions:
            if isinstance(action, argparse._SubParsersAction):
                _illustrate(action, command)
