"""What all commands share: how they are typed, what they work with, and what an answer is."""

import argparse
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from backend.cli.error import HelpAsked, UsageError
from backend.cli.person import Person
from backend.cli.who import Document
from backend.cli.who.either import Who
from backend.cli.who.link import Link

YES, NO, WRONG_USE, FAILURE, OPEN = 0, 1, 2, 3, 4
"""Exit codes: it is reached; it is not; the command is wrong; something failed; it depends or is not known."""
MESSAGE_LIMIT = 300
UNDECIDED = frozenset(("conditional", "unknown", "exits_network"))
FLOW = ("source", "destination", "source_port", "tos", "ttl", "gateway")


class Shell(Struct, frozen=True):
    """What a command has to do with."""

    who: Who
    link: Link
    """To the engine, for what nobody else can do."""
    person: Person
    lab: Path
    """Where the lab by hand is spoken to."""
    variables: dict[str, str] = {}
    """That commands have set, and `$name` stands for."""


class Answer(Struct, frozen=True):
    code: int
    text: str = ""
    """Empty where all has been said already."""
    document: Any = None
    """What `-j` prints; None where it was not asked for."""


Command = Callable[[Shell, argparse.Namespace], Answer]


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that never ends the process, since one process answers many commands."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{_shortened(message)}\n{self.format_usage().rstrip()}")

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Also where an option stands between words of which some may be left out, as in `set x -j y`: argparse takes
        those behind it for left out then."""
        given = list(args or ())
        found, rest = super().parse_known_args(given, copy(namespace))
        if rest and self._may_be_mixed():
            self._is_mixing = True
            try:
                return self.parse_known_intermixed_args(given, namespace)
            finally:
                self._is_mixing = False
        return found, rest

    _is_mixing = False

    def _may_be_mixed(self) -> bool:
        kinds = {action.nargs for action in self._actions if not action.option_strings}
        return not self._is_mixing and bool(kinds & {"?", "+"}) and not kinds & {argparse.PARSER, argparse.REMAINDER}

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise UsageError(message or "")

    def print_help(self, file: object = None) -> NoReturn:
        raise HelpAsked(self.format_help().rstrip())


def _shortened(message: str) -> str:
    """argparse repeats the whole of what it was given."""
    return message if len(message) <= MESSAGE_LIMIT else f"{message[:MESSAGE_LIMIT]}…"


def add_command(
    commands: "argparse._SubParsersAction[Parser]", name: str, command: Command, purpose: str, group: str = ""
) -> Parser:
    """`group`: the command that it is a part of."""
    each = commands.add_parser(name, prog=f"{group} {name}".strip(), help=purpose, description=purpose)
    each.add_argument("-j", "--json", action="store_true", help="answer as one line of JSON")
    each.set_defaults(command=command)
    return each


def add_flow(each: Parser) -> None:
    each.add_argument("-s", "--source", required=True, metavar="A", help="address, or name of a host or router")
    each.add_argument("-d", "--destination", required=True, metavar="B")
    each.add_argument("--sport", dest="source_port", metavar="N")
    each.add_argument("--tos", metavar="N")
    each.add_argument("--ttl", metavar="N")
    each.add_argument("--gateway", metavar="ROUTER", help="the router that the source uses first")


def add_tried(each: Parser) -> None:
    text = "also each rule that was asked in vain, and why it did not match; with -vvv too"
    each.add_argument("--tried", action="store_true", help=text)


def wants_tried(asked: argparse.Namespace) -> bool:
    return bool(getattr(asked, "tried", False)) or asked.verbose > 2


def question(asked: argparse.Namespace, fields: tuple[str, ...]) -> Document:
    """What was typed, as JSON has it: bytes that are no text become the sign for that."""
    said = {name: getattr(asked, name) for name in fields}
    return {name: _as_text(value) for name, value in said.items() if value is not None}


def _as_text(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def answered(asked: argparse.Namespace, code: int, document: Document, text: Callable[[], str]) -> Answer:
    """As JSON or as text, whichever is wanted."""
    return Answer(code, document=document) if asked.json else Answer(code, text())


def reached(verdicts: set[str]) -> int:
    """Of all services."""
    if verdicts == {"accepted"}:
        return YES
    return OPEN if verdicts & UNDECIDED else NO
