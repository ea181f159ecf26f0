"""The commands `ping` and `mtr`, in a lab by hand."""

import argparse
from collections.abc import Callable

from backend.cli import spoken
from backend.cli.asking import Document, add, add_ends, asking, told
from backend.cli.command import NO, OPEN, YES, Answer, Parser, Shell
from backend.cli.error import UsageError
from backend.lab.hand import client
from backend.lab.hand.protocol import LONGEST_INTERVAL_S, MOST_PINGS, MOST_PROBES, Mtr, Ping
from backend.lab.probe.senders import PROTOCOLS


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    ping = add(commands, "ping", _ping, "echo requests from a machine of the lab, and what comes back")
    add_ends(ping)
    ping.add_argument("-c", "--count", type=_number(1, MOST_PINGS), default=3, metavar="N", help="default: 3")
    ping.add_argument(
        "-i", "--interval", type=_seconds, metavar="S", help="between two (default: no longer than needed)"
    )
    mtr = add(commands, "mtr", _mtr, "the way through the lab hop by hop, by packets that really go it")
    add_ends(mtr)
    mtr.add_argument("-p", "--protocol", choices=PROTOCOLS, default="icmp", help="of the packets (default: icmp)")
    mtr.add_argument("--dport", type=_number(1, 65535), metavar="N", help="default: 80/tcp, 33434/udp and following")
    mtr.add_argument("-c", "--count", type=_number(1, MOST_PROBES), default=3, metavar="N", help="for each hop (3)")


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


def _ping(shell: Shell, asked: argparse.Namespace) -> Answer:
    request = Ping(asked.source, asked.destination, asked.count, asked.interval, asked.family)
    timeout_s = client.TIMEOUT_S + asked.count * (asked.interval or 0)
    return told(shell, asked, asking(shell, request, timeout_s), spoken.ping_text, _answered)


def _answered(document: Document) -> int:
    if not document["received"]:
        return NO
    return YES if document["received"] == document["sent"] else OPEN


def _mtr(shell: Shell, asked: argparse.Namespace) -> Answer:
    if asked.protocol == "icmp" and asked.dport is not None:
        raise UsageError(f"--dport {asked.dport}: icmp has no ports; -p udp and -p tcp have")
    request = Mtr(asked.source, asked.destination, asked.protocol, asked.dport, asked.count, asked.family)
    return told(
        shell, asked, asking(shell, request), spoken.mtr_text, lambda document: YES if document["reached"] else NO
    )
