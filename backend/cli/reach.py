"""Whether services are reached: predicted by the simulator (`reach`), or proved in a lab (`prove`)."""

import argparse
from pathlib import Path

from backend.cli.command import (
    FLOW,
    Answer,
    Parser,
    Shell,
    add_command,
    add_flow,
    add_tried,
    answered,
    question,
    reached,
    wants_tried,
)
from backend.cli.error import UsageError
from backend.cli.text import answer_text
from backend.cli.who import Document
from backend.wire.given import read_json, shown
from backend.wire.question import QuestionError

FIELDS = (*FLOW, "services")
SPEC = "22/tcp,80,1000-1010/udp,ssh,icmp"


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    reaching = add_command(commands, "reach", _reach, "whether services are reached, and what decides, by prediction")
    proof = "whether services are reached, proved by real packets in a copy of the network"
    proving = add_command(commands, "prove", _prove, proof)
    for each in (reaching, proving):
        add_flow(each)
        each.add_argument("-P", "--services", required=True, metavar="SPEC", help=SPEC)
    add_given(proving)
    for each in (reaching, proving):
        add_verbose(each)
    add_tried(reaching)


def add_given(each: Parser) -> None:
    each.add_argument("--trace", type=Path, metavar="FILE", help="test the routers of this trace, in its order")


def add_verbose(each: Parser) -> None:
    text = "the path and each router; -vv: rules that counted; -vvv: each decision"
    each.add_argument("-v", "--verbose", action="count", default=0, help=text)


def _reach(shell: Shell, asked: argparse.Namespace) -> Answer:
    wanted = question(asked, FIELDS) | ({"tried": True} if wants_tried(asked) else {})
    return services_answer(asked, shell.who.reach(wanted))


def _prove(shell: Shell, asked: argparse.Namespace) -> Answer:
    wanted = question(asked, FIELDS) | given(asked)
    try:
        return services_answer(asked, shell.who.prove(wanted, shell.person.progress))
    finally:
        shell.person.clear()


def given(asked: argparse.Namespace) -> Document:
    """The trace of `--trace`."""
    if asked.trace is None:
        return {}
    try:
        trace, _ = read_json("trace", asked.trace.read_text("utf-8"))
    except QuestionError as error:
        raise UsageError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"trace: {asked.trace}: {getattr(error, 'strerror', None) or 'is no text'}") from None
    if not isinstance(trace, dict):  # nothing at all would be taken for no trace
        raise UsageError(f"trace: is {shown(trace)}, not an object with a `path`")
    return {"trace": trace}


def services_answer(asked: argparse.Namespace, document: Document) -> Answer:
    code = reached({service["verdict"] for service in document["services"]})
    return answered(asked, code, document, lambda: answer_text(document, max(asked.verbose, 3 * wants_tried(asked))))
