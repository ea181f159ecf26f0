"""The command `service`: services of a lab by hand, and tests of them."""

import argparse

from backend.cli import spoken
from backend.cli.asking import EXITS, WHO, Document, add, add_ends, asking, told
from backend.cli.command import NO, YES, Answer, Parser, Shell
from backend.cli.error import UsageError
from backend.lab.hand.protocol import ListServices, StartServices, StopServices, TryServices
from backend.model.flow import Service
from backend.wire.question import QuestionError
from backend.wire.services import read_services

SPEC = "22/tcp,80,1000-1010/udp,ssh"


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    service = commands.add_parser(
        "service", prog="service", help="services of the lab: start, stop, list, test", epilog=EXITS
    )
    kinds = service.add_subparsers(required=True, metavar="start|stop|list|test", parser_class=Parser)
    begin = add(kinds, "start", _start_services, "TCP and UDP echo at all addresses of a machine", "service")
    begin.add_argument("machine", metavar="MACHINE", help=WHO)
    begin.add_argument("services", metavar="SPEC", help=SPEC)
    stop = add(kinds, "stop", _stop_services, "what was started", "service")
    stop.add_argument("machine", metavar="MACHINE", help=WHO)
    stop.add_argument("services", nargs="?", metavar="SPEC", help=f"{SPEC} (default: all)")
    listed = add(kinds, "list", _list_services, "what was started", "service")
    listed.add_argument("machine", nargs="?", metavar="MACHINE", help=f"{WHO} (default: all)")
    purpose = "whether services answer, refuse or keep silent; which rule it is that stops one is what `prove` tells"
    test = add(kinds, "test", _test_services, purpose, "service")
    add_ends(test)
    test.add_argument("-P", "--services", required=True, metavar="SPEC", help=f"{SPEC},icmp")


def _services(text: str) -> tuple[Service, ...]:
    try:
        return read_services(text)
    except QuestionError as error:
        raise UsageError(str(error)) from None


def _start_services(shell: Shell, asked: argparse.Namespace) -> Answer:
    request = StartServices(asked.machine, _services(asked.services))
    return told(shell, asked, asking(shell, request), spoken.started_text)


def _stop_services(shell: Shell, asked: argparse.Namespace) -> Answer:
    request = StopServices(asked.machine, _services(asked.services) if asked.services is not None else ())
    return told(shell, asked, asking(shell, request), spoken.stopped_text, lambda said: YES if said["stopped"] else NO)


def _list_services(shell: Shell, asked: argparse.Namespace) -> Answer:
    return told(shell, asked, asking(shell, ListServices(asked.machine)), spoken.services_text)


def _test_services(shell: Shell, asked: argparse.Namespace) -> Answer:
    request = TryServices(asked.source, asked.destination, _services(asked.services), asked.family)
    return told(shell, asked, asking(shell, request), spoken.tested_text, _reached)


def _reached(document: Document) -> int:
    return YES if document["reached"] else NO
