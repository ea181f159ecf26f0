"""The commands for a lab by hand: network up, status and down; and where the others of it are."""

import argparse

from backend.cli import hosts, probes, services, spoken
from backend.cli.asking import Document, Run, asking, place, told
from backend.cli.commands import NO, YES, Answer, Known, Parser, UsageError
from backend.lab.hand import client
from backend.lab.hand.owner import Task, start
from backend.lab.hand.protocol import Status


def register(commands: "argparse._SubParsersAction[Parser]", network: Parser) -> None:
    """`network` has other uses as well, which stay as they are."""
    network.add_argument("--routers", metavar="A,B,…", help="up: only these, and the hosts beside them")
    network.add_argument("-v", "--verbose", action="count", default=0, help="status: all that is not as in the facts")
    network.set_defaults(command=_network(network.get_default("command")))
    for each in (hosts, services, probes):
        each.register(commands)


def network_up(known: Known, asked: argparse.Namespace) -> Answer:
    network = known.reading.network
    routers = tuple(name.strip() for name in (asked.routers or "").split(",") if name.strip())
    if asked.routers is not None and not routers:
        raise UsageError("--routers: names no router")

    def work() -> Document:
        directory = place()
        is_new = start(Task(directory, network, routers))
        document: Document = client.ask(directory, Status())
        chosen = {each["name"] for each in document["machines"] if each["kind"] == "router"}
        is_same = document["network"] == network.label and chosen == set(routers or [r.name for r in network.routers])
        return document | {"is_new": is_new, "is_as_asked": is_new or is_same}

    return told(known, asked, work, _up_text, lambda document: YES if document["is_as_asked"] else NO)


def _up_text(document: Document) -> str:
    if document["is_new"]:
        return spoken.up_text(document, "is up")
    other = "" if document["is_as_asked"] else "; it is not the one asked for: `network down` ends it"
    return spoken.up_text(document, f"is up already, since {document['since']}") + other


def network_status(known: Known, asked: argparse.Namespace) -> Answer:
    label = known.reading.network.label

    def work() -> Document:
        try:
            document = asking(Status())()
        except client.NotUpError as error:
            return {"success": True, "up": False, "reason": str(error)}
        return {"success": True, "up": True, "is_current": document["network"] == label, **document}

    def text(document: Document) -> str:
        return spoken.status_text(document, label, asked.verbose) if document["up"] else str(document["reason"])

    return told(known, asked, work, text, lambda document: YES if document["up"] else NO)


def network_down(known: Known, asked: argparse.Namespace) -> Answer:
    def work() -> Document:
        try:
            document: Document = client.end(place())
        except client.NotUpError as error:
            return {"success": True, "was_up": False, "reason": str(error)}
        return {"success": True, "was_up": True, **document}

    def text(document: Document) -> str:
        return f"{document['network']} is down" if document["was_up"] else "no lab is up"

    return told(known, asked, work, text, lambda document: YES if document["was_up"] else NO)


NETWORK: dict[str, Run] = {"up": network_up, "status": network_status, "down": network_down}


def _network(otherwise: Run) -> Run:
    def run(known: Known, asked: argparse.Namespace) -> Answer:
        if asked.routers is not None and asked.what != "up":
            raise UsageError("--routers: goes with `network up` only")
        return NETWORK.get(asked.what, otherwise)(known, asked)

    return run
