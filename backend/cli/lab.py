"""The lab by hand: network up, status and down."""

import argparse

from backend.cli import spoken
from backend.cli.asking import Document, asking, told
from backend.cli.command import NO, YES, Answer, Command, Shell
from backend.cli.error import UsageError
from backend.lab.hand import client
from backend.lab.hand.protocol import Status


def network_up(shell: Shell, asked: argparse.Namespace) -> Answer:
    routers = tuple(name.strip() for name in (asked.routers or "").split(",") if name.strip())
    if asked.routers is not None and not routers:
        raise UsageError("--routers: names no router")

    def work() -> Document:
        is_new = shell.who.raise_lab(shell.lab, routers)
        document: Document = client.ask(shell.lab, Status())
        is_as_asked = is_new or _is_same(shell, document, routers)
        return document | {"is_new": is_new, "is_as_asked": is_as_asked}

    return told(shell, asked, work, _up_text, lambda document: YES if document["is_as_asked"] else NO)


def _is_same(shell: Shell, document: Document, routers: tuple[str, ...]) -> bool:
    chosen = {each["name"] for each in document["machines"] if each["kind"] == "router"}
    wanted = set(routers) or {router["name"] for router in shell.who.topology()["routers"]}
    return bool(document["network"] == shell.who.network() and chosen == wanted)


def _up_text(document: Document) -> str:
    if document["is_new"]:
        return spoken.up_text(document, "is up")
    other = "" if document["is_as_asked"] else "; it is not the one asked for: `network down` ends it"
    return spoken.up_text(document, f"is up already, since {document['since']}") + other


def network_status(shell: Shell, asked: argparse.Namespace) -> Answer:
    label = shell.who.network()

    def work() -> Document:
        try:
            document = asking(shell, Status())()
        except client.NotUpError as error:
            return {"success": True, "up": False, "reason": str(error)}
        return {"success": True, "up": True, "is_current": document["network"] == label, **document}

    def text(document: Document) -> str:
        return spoken.status_text(document, label, asked.verbose) if document["up"] else str(document["reason"])

    return told(shell, asked, work, text, lambda document: YES if document["up"] else NO)


def network_down(shell: Shell, asked: argparse.Namespace) -> Answer:
    def work() -> Document:
        try:
            document: Document = client.end(shell.lab)
        except client.NotUpError as error:
            return {"success": True, "was_up": False, "reason": str(error)}
        return {"success": True, "was_up": True, **document}

    def text(document: Document) -> str:
        return f"{document['network']} is down" if document["was_up"] else "no lab is up"

    return told(shell, asked, work, text, lambda document: YES if document["was_up"] else NO)


NETWORK: dict[str, Command] = {"up": network_up, "status": network_status, "down": network_down}
