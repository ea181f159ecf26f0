"""What there is to do with tests."""

import argparse

from backend.cli.command import Command, Parser, add_command
from backend.cli.job.ending import cancel, remove
from backend.cli.job.following import show, watch
from backend.cli.job.listing import add_list
from backend.cli.job.result import add_report, result
from backend.cli.job.submit import add_submit
from backend.cli.reach import add_verbose

EXITS = "exit codes: 0 yes, 1 no, 2 wrong use, 3 failure; submit --wait and result: those of `reach`"


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    job = commands.add_parser("job", prog="job", help="tests that are kept: submit, list, show, watch …", epilog=EXITS)
    kinds = job.add_subparsers(
        required=True, metavar="submit|list|show|watch|result|report|cancel|remove", parser_class=Parser
    )
    add_submit(kinds)
    add_list(kinds)
    _add(kinds, "show", show, "what it asks for, and how far it is")
    _add(kinds, "watch", watch, "all that happens to it, to its end; with -j a line of JSON for each event")
    add_verbose(_add(kinds, "result", result, "what came of it"))
    add_report(kinds)
    _add(kinds, "cancel", cancel, "it waits or runs no more; what it has found is kept")
    _add(kinds, "remove", remove, "one that has ended is forgotten, with its result and report")


def _add(kinds: "argparse._SubParsersAction[Parser]", name: str, command: Command, purpose: str) -> Parser:
    each = add_command(kinds, name, command, purpose, "job")
    each.add_argument("job", metavar="ID")
    return each
