"""Whether services are reached: predicted by the simulator (`reach`), or proved in a lab (`prove`)."""

import argparse
from pathlib import Path

from msgspec import structs

from backend.cli.commands import (
    FAILURE,
    NO,
    OPEN,
    UNDECIDED,
    YES,
    Answer,
    Known,
    Parser,
    UsageError,
    add_command,
    add_flow,
    add_tried,
    wants_tried,
)
from backend.cli.text import answer_text
from backend.lab.error import LabError
from backend.lab.proof.prove import Request, proving
from backend.model.address import Address
from backend.model.answer import Reachability, Stop
from backend.model.flow import Flow, Service
from backend.sim import Question, reach
from backend.wire.answer import answer_document
from backend.wire.path import read_path
from backend.wire.question import QuestionError, read_question
from backend.wire.services import read_services

FLOW = ("source", "destination", "source_port", "tos", "ttl", "gateway")


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    reaching = add_command(commands, "reach", _reach, "whether services are reached, and what decides, by prediction")
    proof = "whether services are reached, proved by real packets in a copy of the network"
    proving = add_command(commands, "prove", _prove, proof)
    for each in (reaching, proving):
        add_flow(each)
        each.add_argument("-P", "--services", required=True, metavar="SPEC", help="22/tcp,80,1000-1010/udp,ssh,icmp")
    proving.add_argument("--trace", type=Path, metavar="FILE", help="test the routers of this trace, in its order")
    for each in (reaching, proving):
        text = "the path and each router; -vv: rules that counted; -vvv: each decision"
        each.add_argument("-v", "--verbose", action="count", default=0, help=text)
    add_tried(reaching)


def _reach(known: Known, asked: argparse.Namespace) -> Answer:
    flow, gateway, services = _question(known, asked)
    is_explained = wants_tried(asked)
    question = Question(
        flow.source, flow.destination, services, flow.source_port, gateway, flow.tos, flow.ttl, is_explained
    )
    return _answer(reach(known.compiled, question), asked)


def _prove(known: Known, asked: argparse.Namespace) -> Answer:
    network = known.reading.network
    flow, gateway, services = _question(known, asked)
    ends = flow.source, flow.destination
    path, notes = _path(known, asked.trace, ends)
    request = Request(network, *ends, services, flow.source_port, gateway, path, flow.tos, flow.ttl)
    try:
        found = next(said for said in proving(request) if isinstance(said, Reachability))
    except LabError as error:
        return Answer(FAILURE, str(error), {"success": False, "error": str(error)} if asked.json else None)
    return _answer(structs.replace(found, assumptions=(*found.assumptions, *notes)), asked)


def _question(known: Known, asked: argparse.Namespace) -> tuple[Flow, str | None, tuple[Service, ...]]:
    try:
        flow, gateway = read_question(known.reading.network, {name: getattr(asked, name) for name in FLOW})
        return flow, gateway, read_services(asked.services)
    except QuestionError as error:
        raise UsageError(str(error)) from None


def _path(known: Known, file: Path | None, ends: tuple[Address, Address]) -> tuple[tuple[Stop, ...], tuple[str, ...]]:
    if file is None:
        return (), ()
    try:
        return read_path(known.reading.network, _text(file), ends)
    except QuestionError as error:
        raise UsageError(str(error)) from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError("trace", f"{path}: {getattr(error, 'strerror', None) or 'is no text'}") from None


def _answer(found: Reachability, asked: argparse.Namespace) -> Answer:
    document = answer_document(found)
    verdicts = {service["verdict"] for service in document["services"]}
    code = YES if verdicts == {"accepted"} else OPEN if verdicts & UNDECIDED else NO
    if asked.json:
        return Answer(code, "", document)
    return Answer(code, answer_text(document, max(asked.verbose, 3 * wants_tried(asked))))
