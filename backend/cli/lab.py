"""The commands for a lab by hand: network up, status and down, host, service, ping, mtr."""

import argparse
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from backend import config
from backend.cli import spoken
from backend.cli.commands import FAILURE, NO, OPEN, YES, Answer, Known, Parser, UsageError
from backend.lab.error import LabError
from backend.lab.hand import client, machines
from backend.lab.hand.owner import Task, start
from backend.lab.hand.protocol import (
    LONGEST_INTERVAL_S,
    MOST_PINGS,
    MOST_PROBES,
    AddHost,
    ListHosts,
    ListServices,
    Mtr,
    Ping,
    RemoveHost,
    Request,
    StartServices,
    Status,
    StopServices,
    TryServices,
)
from backend.lab.probe.traceroute import PROTOCOLS
from backend.model.flow import Service
from backend.wire.question import QuestionError
from backend.wire.services import read_services

Document = dict[str, Any]
Run = Callable[[Known, argparse.Namespace], Answer]
EXITS = "exit codes: 0 yes, 1 no, 2 wrong use, 3 failure"
WHO = "name of a host or router, or an address of one"
SPEC = "22/tcp,80,1000-1010/udp,ssh"


def register(commands: "argparse._SubParsersAction[Parser]", network: Parser) -> None:
    """`network` has other uses as well, which stay as they are."""
    network.add_argument("--routers", metavar="A,B,…", help="up: only these, and the hosts beside them")
    network.add_argument("-v", "--verbose", action="count", default=0, help="status: all that is not as in the facts")
    network.set_defaults(command=_network(network.get_default("command")))
    _add_hosts(commands)
    _add_services(commands)
    ping = _add(commands, "ping", _ping, "echo requests from a machine of the lab, and what comes back")
    _add_ends(ping)
    ping.add_argument("-c", "--count", type=_number(1, MOST_PINGS), default=3, metavar="N", help="default: 3")
    ping.add_argument(
        "-i", "--interval", type=_seconds, metavar="S", help="between two (default: no longer than needed)"
    )
    mtr = _add(commands, "mtr", _mtr, "the way through the lab hop by hop, by packets that really go it")
    _add_ends(mtr)
    mtr.add_argument("-p", "--protocol", choices=PROTOCOLS, default="icmp", help="of the packets (default: icmp)")
    mtr.add_argument("--dport", type=_number(1, 65535), metavar="N", help="default: 80/tcp, 33434/udp and following")
    mtr.add_argument("-c", "--count", type=_number(1, MOST_PROBES), default=3, metavar="N", help="for each hop (3)")


def _add_hosts(commands: "argparse._SubParsersAction[Parser]") -> None:
    host = commands.add_parser("host", prog="host", help="hosts of the lab: add, remove, list", epilog=EXITS)
    kinds = host.add_subparsers(required=True, metavar="add|remove|list", parser_class=Parser)
    add = _add(kinds, "add", _add_host, "a host that joins the lab", "host")
    add.add_argument("name", metavar="NAME")
    add.add_argument("addresses", nargs="+", metavar="ADDRESS[/LENGTH]", help="the first one says where the host is")
    add.add_argument("--gateway", action="append", default=[], metavar="A", help="default: the lowest router there")
    add.add_argument("--on", metavar="ROUTER:INTERFACE", help="whose link the host shares, where no subnet says it")
    add.add_argument("--segment", metavar="S", help="or the name of its segment")
    remove = _add(kinds, "remove", _remove_host, "a host that was added, with its services, leaves", "host")
    remove.add_argument("name", metavar="NAME")
    _add(kinds, "list", _list_hosts, "the hosts of the network, and those that were added", "host")


def _add_services(commands: "argparse._SubParsersAction[Parser]") -> None:
    service = commands.add_parser(
        "service", prog="service", help="services of the lab: start, stop, list, test", epilog=EXITS
    )
    kinds = service.add_subparsers(required=True, metavar="start|stop|list|test", parser_class=Parser)
    begin = _add(kinds, "start", _start_services, "TCP and UDP echo at all addresses of a machine", "service")
    begin.add_argument("machine", metavar="MACHINE", help=WHO)
    begin.add_argument("services", metavar="SPEC", help=SPEC)
    stop = _add(kinds, "stop", _stop_services, "what was started", "service")
    stop.add_argument("machine", metavar="MACHINE", help=WHO)
    stop.add_argument("services", nargs="?", metavar="SPEC", help=f"{SPEC} (default: all)")
    listed = _add(kinds, "list", _list_services, "what was started", "service")
    listed.add_argument("machine", nargs="?", metavar="MACHINE", help=f"{WHO} (default: all)")
    purpose = "whether services answer, refuse or keep silent; which rule it is that stops one is what `prove` tells"
    test = _add(kinds, "test", _test_services, purpose, "service")
    _add_ends(test)
    test.add_argument("-P", "--services", required=True, metavar="SPEC", help=f"{SPEC},icmp")


def _add(
    commands: "argparse._SubParsersAction[Parser]", name: str, command: Run, purpose: str, group: str = ""
) -> Parser:
    each = commands.add_parser(name, prog=f"{group} {name}".strip(), help=purpose, description=purpose, epilog=EXITS)
    each.add_argument("-j", "--json", action="store_true", help="answer as one line of JSON")
    each.set_defaults(command=command)
    return each


def _add_ends(each: Parser) -> None:
    each.add_argument("-s", "--source", required=True, metavar="A", help=WHO)
    each.add_argument("-d", "--destination", required=True, metavar="B", help="name, or any address")
    family = each.add_mutually_exclusive_group()
    for number in (4, 6):
        family.add_argument(f"-{number}", dest="family", action="store_const", const=number, help=f"IPv{number} only")


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= LONGEST_INTERVAL_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to {LONGEST_INTERVAL_S:g}")
    return value


def _place() -> Path:
    try:
        return config.from_environment().lab
    except config.ConfigError as error:
        raise LabError(str(error)) from None


def _told(
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
    label = known.reading.network.label
    is_current = document.get("network", label) == label or "machines" in document
    note = "" if is_current else f"\nnote: the lab is {document['network']}, and {spoken.changed(label)}"
    return Answer(code(document), text(document) + note)


def _ask(request: Request, timeout_s: float = client.TIMEOUT_S) -> Callable[[], Document]:
    def work() -> Document:
        document: Document = client.ask(_place(), request, timeout_s)
        return document

    return work


def network_up(known: Known, asked: argparse.Namespace) -> Answer:
    began = monotonic()
    network = known.reading.network
    routers = tuple(name.strip() for name in (asked.routers or "").split(",") if name.strip())
    if asked.routers is not None and not routers:
        raise UsageError("--routers: names no router")

    def work() -> Document:
        directory = _place()
        is_new = start(Task(directory, network, routers))
        document: Document = client.ask(directory, Status())
        chosen = {each["name"] for each in document["machines"] if each["kind"] == "router"}
        is_same = document["network"] == network.label and chosen == set(routers or [r.name for r in network.routers])
        return document | {"is_new": is_new, "is_as_asked": is_new or is_same, "seconds": monotonic() - began}

    return _told(known, asked, work, _up_text, lambda document: YES if document["is_as_asked"] else NO)


def _up_text(document: Document) -> str:
    if document["is_new"]:
        return spoken.up_text(document, "is up")
    other = "" if document["is_as_asked"] else "; it is not the one asked for: `network down` ends it"
    return spoken.up_text(document, f"is up already, since {document['since']}") + other


def network_status(known: Known, asked: argparse.Namespace) -> Answer:
    label = known.reading.network.label

    def work() -> Document:
        try:
            document = _ask(Status())()
        except client.NotUpError as error:
            return {"success": True, "up": False, "reason": str(error)}
        return {"success": True, "up": True, "is_current": document["network"] == label, **document}

    def text(document: Document) -> str:
        return spoken.status_text(document, label, asked.verbose) if document["up"] else str(document["reason"])

    return _told(known, asked, work, text, lambda document: YES if document["up"] else NO)


def network_down(known: Known, asked: argparse.Namespace) -> Answer:
    def work() -> Document:
        try:
            document: Document = client.end(_place())
        except client.NotUpError as error:
            return {"success": True, "was_up": False, "reason": str(error)}
        return {"success": True, "was_up": True, **document}

    def text(document: Document) -> str:
        return f"{document['network']} is down" if document["was_up"] else "no lab is up"

    return _told(known, asked, work, text, lambda document: YES if document["was_up"] else NO)


NETWORK: dict[str, Run] = {"up": network_up, "status": network_status, "down": network_down}


def _network(otherwise: Run) -> Run:
    def run(known: Known, asked: argparse.Namespace) -> Answer:
        if asked.routers is not None and asked.what != "up":
            raise UsageError("--routers: goes with `network up` only")
        return NETWORK.get(asked.what, otherwise)(known, asked)

    return run


def _add_host(known: Known, asked: argparse.Namespace) -> Answer:
    request = AddHost(asked.name, tuple(asked.addresses), tuple(asked.gateway), asked.on, asked.segment)
    return _told(known, asked, _ask(request), spoken.added_text)


def _remove_host(known: Known, asked: argparse.Namespace) -> Answer:
    return _told(known, asked, _ask(RemoveHost(asked.name)), spoken.removed_text)


def _list_hosts(known: Known, asked: argparse.Namespace) -> Answer:
    return _told(known, asked, _ask(ListHosts()), spoken.hosts_text)


def _services(text: str) -> tuple[Service, ...]:
    try:
        return read_services(text)
    except QuestionError as error:
        raise UsageError(str(error)) from None


def _start_services(known: Known, asked: argparse.Namespace) -> Answer:
    request = StartServices(asked.machine, _services(asked.services))
    return _told(known, asked, _ask(request), spoken.started_text)


def _stop_services(known: Known, asked: argparse.Namespace) -> Answer:
    request = StopServices(asked.machine, _services(asked.services) if asked.services is not None else ())
    return _told(known, asked, _ask(request), spoken.stopped_text, lambda said: YES if said["stopped"] else NO)


def _list_services(known: Known, asked: argparse.Namespace) -> Answer:
    return _told(known, asked, _ask(ListServices(asked.machine)), spoken.services_text)


def _test_services(known: Known, asked: argparse.Namespace) -> Answer:
    request = TryServices(asked.source, asked.destination, _services(asked.services), asked.family)
    return _told(known, asked, _ask(request), spoken.tested_text, _reached)


def _reached(document: Document) -> int:
    return YES if document["reached"] else NO


def _ping(known: Known, asked: argparse.Namespace) -> Answer:
    request = Ping(asked.source, asked.destination, asked.count, asked.interval, asked.family)
    timeout_s = client.TIMEOUT_S + asked.count * (asked.interval or 0)
    return _told(known, asked, _ask(request, timeout_s), spoken.ping_text, _answered)


def _answered(document: Document) -> int:
    if not document["received"]:
        return NO
    return YES if document["received"] == document["sent"] else OPEN


def _mtr(known: Known, asked: argparse.Namespace) -> Answer:
    if asked.protocol == "icmp" and asked.dport is not None:
        raise UsageError(f"--dport {asked.dport}: icmp has no ports; -p udp and -p tcp have")
    request = Mtr(asked.source, asked.destination, asked.protocol, asked.dport, asked.count, asked.family)
    return _told(known, asked, _ask(request), spoken.mtr_text, _reached)
