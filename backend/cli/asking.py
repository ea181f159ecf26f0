"""What all commands of a lab by hand share: how they are typed, how the lab is asked, how its answer is told."""

import argparse
from collections.abc import Callable
from typing import Any

from backend.cli import spoken
from backend.cli.command import YES, Answer, Command, Parser, Shell, add_command, answered
from backend.cli.error import FailureError, UsageError
from backend.lab.error import LabError
from backend.lab.hand import client, machines
from backend.lab.hand.protocol import Request

Document = dict[str, Any]
EXITS = "exit codes: 0 yes, 1 no, 2 wrong use, 3 failure"
WHO = "name of a host or router, or an address of one"


def add(
    commands: "argparse._SubParsersAction[Parser]", name: str, command: Command, purpose: str, group: str = ""
) -> Parser:
    each = add_command(commands, name, command, purpose, group)
    each.epilog = EXITS
    return each


def add_ends(each: Parser) -> None:
    each.add_argument("-s", "--source", required=True, metavar="A", help=WHO)
    each.add_argument("-d", "--destination", required=True, metavar="B", help="name, or any address")
    family = each.add_mutually_exclusive_group()
    for number in (4, 6):
        family.add_argument(f"-{number}", dest="family", action="store_const", const=number, help=f"IPv{number} only")


def told(
    shell: Shell,
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
        raise FailureError(str(error)) from None
    return answered(asked, code(document), document, lambda: text(document) + _note(document, shell.who.known))


def _note(document: Document, label: str) -> str:
    """That the facts, where they were read, are others than those of the lab. What describes a lab says it itself."""
    if not label or document.get("network", label) == label or "machines" in document:
        return ""
    return f"\nnote: the lab is {document['network']}, and {spoken.changed(label)}"


def asking(shell: Shell, request: Request, timeout_s: float = client.TIMEOUT_S) -> Callable[[], Document]:
    def work() -> Document:
        document: Document = client.ask(shell.lab, request, timeout_s)
        return document

    return work
