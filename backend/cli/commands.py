"""The commands of the shell: each reads its words, asks, and gives an answer with an exit code."""

import argparse
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NoReturn

from msgspec import Struct

from backend.cli.text import counted, network_text, plan_text, trace_text
from backend.facts import Reading
from backend.lab.error import LabError
from backend.lab.plan import plan
from backend.lab.plan.operation import Plan
from backend.sim import CompiledNetwork, trace
from backend.wire.question import FIELDS, QuestionError, read_question
from backend.wire.topology import topology_document
from backend.wire.trace import trace_document

YES, NO, WRONG_USE, FAILURE, OPEN = 0, 1, 2, 3, 4
"""Exit codes: it is reached; it is not; the command is wrong; something failed; it depends or is not known."""
MESSAGE_LIMIT = 300
UNDECIDED = frozenset(("conditional", "unknown", "exits_network"))


class Known(Struct, frozen=True):
    """The facts that a shell works on."""

    reading: Reading
    compiled: CompiledNetwork


class Answer(Struct, frozen=True):
    code: int
    text: str
    document: Any = None
    """What `-j` prints; None where it was not asked for."""


class UsageError(ValueError):
    """The words of a command are wrong; the text says how and shows the usage."""


class HelpAsked(Exception):  # noqa: N818 - it is no error
    """The text is the help."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that never ends the process, since one process answers many commands."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{_shortened(message)}\n{self.format_usage().rstrip()}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise UsageError(message or "")

    def print_help(self, file: object = None) -> NoReturn:
        raise HelpAsked(self.format_help().rstrip())


def _shortened(message: str) -> str:
    """argparse repeats the whole of what it was given."""
    return message if len(message) <= MESSAGE_LIMIT else f"{message[:MESSAGE_LIMIT]}…"


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The words of one command. UsageError and HelpAsked are the caller's to show."""
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if words[:1] == ["--help"]:
        parser().print_help()
    return parser().parse_args(list(words))


def run(known: Known, asked: argparse.Namespace) -> Answer:
    command: Callable[[Known, argparse.Namespace], Answer] = asked.command
    return command(known, asked)


def needs_facts(asked: argparse.Namespace) -> bool:
    """What is asked of a lab that stands needs none."""
    return getattr(asked, "needs_facts", True) and getattr(asked, "what", None) != "down"


@cache
def parser() -> Parser:
    """Built once, since one process may answer thousands of commands."""
    from backend.cli import lab, reach  # which need what stands here

    top = Parser(prog="", add_help=False, epilog="exit, quit or the end of the input: leave")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    _add_trace(commands)
    commands.add_parser("help", help="this list; help COMMAND for one of them")
    reach.register(commands)
    network = add_command(commands, "network", _network, "routers, interfaces, segments and hosts")
    what = "plan: how a lab is built; up: build one to play in, status: what is up, down: end it"
    network.add_argument("what", nargs="?", choices=["plan", *lab.NETWORK], metavar="plan|up|status|down", help=what)
    lab.register(commands, network)
    add_command(commands, "facts", _facts, "what was read, and what could not be understood")
    return top


def add_command(
    commands: "argparse._SubParsersAction[Parser]",
    name: str,
    command: Callable[[Known, argparse.Namespace], Answer],
    purpose: str,
) -> Parser:
    each = commands.add_parser(name, prog=name, help=purpose, description=purpose)
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


def _add_trace(commands: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(commands, "trace", _trace, "the path of a flow, with every decision: routes and rules")
    add_flow(each)
    each.add_argument(
        "-p", "--protocol", metavar="P", help="tcp, udp, icmp … or a number; without it no rules are asked"
    )
    each.add_argument("--dport", dest="destination_port", metavar="N")
    each.add_argument("--mark", metavar="N", help="the mark that the packet begins with, such as 0x10")
    each.add_argument("-v", "--verbose", action="count", default=0, help="each decision; -vv: and where it stands")
    add_tried(each)


def _trace(known: Known, asked: argparse.Namespace) -> Answer:
    words = {name: value for name, value in vars(asked).items() if name in FIELDS}
    try:
        flow, gateway = read_question(known.reading.network, words)
    except QuestionError as error:
        raise UsageError(str(error)) from None
    document = trace_document(trace(known.compiled, flow, gateway, wants_tried(asked)))
    verdicts = {branch["verdict"] for branch in (document, *document["alternatives"])}
    code = YES if verdicts == {"accepted"} else OPEN if verdicts & (UNDECIDED | {"accepted"}) else NO
    if asked.json:
        return Answer(code, "", document)
    return Answer(code, trace_text(document, max(asked.verbose, wants_tried(asked))))


def _network(known: Known, asked: argparse.Namespace) -> Answer:
    if asked.what == "plan":
        return _plan(known, asked)
    document = topology_document(known.reading.network, known.reading.diagnostics)
    return Answer(YES, "" if asked.json else network_text(document), document if asked.json else None)


def _plan(known: Known, asked: argparse.Namespace) -> Answer:
    try:
        document = plan_document(plan(known.reading.network))
    except LabError as error:
        return Answer(FAILURE, str(error), {"success": False, "error": str(error)} if asked.json else None)
    return Answer(YES, "" if asked.json else plan_text(document), document if asked.json else None)


def plan_document(planned: Plan) -> dict[str, Any]:
    return {
        "operations": [
            {"kind": type(each).__name__, "namespace": each.namespace, "text": each.text} for each in planned.operations
        ],
        "omissions": [{"router": each.router, "text": each.text, "reason": each.reason} for each in planned.omissions],
    }


def _facts(known: Known, asked: argparse.Namespace) -> Answer:
    network, diagnostics = known.reading.network, known.reading.diagnostics
    document = {
        "network": network.label,
        "routers": [router.name for router in network.routers],
        "diagnostics": [
            {"file": d.file, "section": d.section, "line": d.line, "text": d.text, "expected": d.expected}
            for d in diagnostics
        ],
    }
    counts = f"{counted(len(network.routers), 'router')}, {counted(len(diagnostics), 'diagnostic')}"
    lines = [f"{network.label}: {counts}"]
    lines += [str(diagnostic) for diagnostic in diagnostics]
    return Answer(YES, "\n".join(lines), document if asked.json else None)
