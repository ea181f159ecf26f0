"""What all commands of a lab by hand share: how they are typed, how the lab is asked, how its answer is told."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend import config
from backend.cli import spoken
from backend.cli.commands import FAILURE, YES, Answer, Known, Parser, UsageError
from backend.lab.error import LabError
from backend.lab.hand import client, machines
from backend.lab.hand.protocol import Request

Document = dict[str, Any]
Run = Callable[[Known, argparse.Namespace], Answer]
EXITS = "exit codes: 0 yes, 1 no, 2 wrong use, 3 failure"
WHO = "name of a host or router, or an address of one"


def add(
    commands: "argparse._SubParsersAction[Parser]", name: str, command: Run, purpose: str, group: str = ""
) -> Parser:
    each = commands.add_parser(name, prog=f"{group} {name}".strip(), help=purpose, description=purpose, epilog=EXITS)
    each.add_argument("-j", "--json", action="store_true", help="answer as one line of JSON")
    each.set_defaults(command=command, needs_facts=False)
    return each


def add_ends(each: Parser) -> None:
    each.add_argument("-s", "--source", required=True, metavar="A", help=WHO)
    each.add_argument("-d", "--destination", required=True, metavar="B", help="name, or any address")
    family = each.add_mutually_exclusive_group()
    for number in (4, 6):
        family.add_argument(f"-{number}", dest="family", action="store_const", const=number, help=f"IPv{number} only")


def place() -> Path:
    try:
        return config.from_environment().lab
    except config.ConfigError as error:
        raise LabError(str(error)) from None


def told(
    known: Known,
    asked: argparse.Namespace,
    work: Callable[[], Document],
    text: Callable[[Document], str],
    code: Callable[[Document], int] = lambda _: YES,
) -> Answer:
    try:
        document = work()
    except machines.UsageError as error:
        raise UsageError(str(error)) from None
    except LabError as error:
        return Answer(FAILURE, str(error), {"success": False, "error": str(error)} if asked.json else None)
    if asked.json:
        return Answer(code(document), "", document)
    return Answer(code(document), text(document) + _note(document, known.reading.network.label))


def _note(document: Document, label: str) -> str:
    """That the facts, where they were read, are others than those of the lab. What describes a lab says it itself."""
    if not label or document.get("network", label) == label or "machines" in document:
        return ""
    return f"\nnote: the lab is {document['network']}, and {spoken.changed(label)}"


def asking(request: Request, timeout_s: float = client.TIMEOUT_S) -> Callable[[], Document]:
    def work() -> Document:
        document: Document = client.ask(place(), request, timeout_s)
        return document

    return work
