"""The command `trace`: the path of one packet, one way."""

import argparse

from backend.cli.command import (
    FLOW,
    NO,
    OPEN,
    UNDECIDED,
    YES,
    Answer,
    Parser,
    Shell,
    add_command,
    add_flow,
    add_tried,
    answered,
    question,
    wants_tried,
)
from backend.cli.text import trace_text

FIELDS = (*FLOW, "protocol", "destination_port", "mark")


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(commands, "trace", _trace, "the path of a flow, with every decision: routes and rules")
    add_flow(each)
    each.add_argument(
        "-p", "--protocol", metavar="P", help="tcp, udp, icmp … or a number; without it no rules are asked"
    )
    each.add_argument("--dport", dest="destination_port", metavar="N")
    each.add_argument("--mark", metavar="N", help="the mark that the packet begins with, such as 0x10")
    each.add_argument("-v", "--verbose", action="count", default=0, help="each decision; -vv: and where it stands")
    add_tried(each)


def _trace(shell: Shell, asked: argparse.Namespace) -> Answer:
    is_explained = wants_tried(asked)
    document = shell.who.trace(question(asked, FIELDS) | ({"tried": True} if is_explained else {}))
    verdicts = {branch["verdict"] for branch in (document, *document["alternatives"])}
    code = YES if verdicts == {"accepted"} else OPEN if verdicts & (UNDECIDED | {"accepted"}) else NO
    return answered(asked, code, document, lambda: trace_text(document, max(asked.verbose, is_explained)))
