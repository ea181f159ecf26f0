"""The command `host`: hosts that join a lab by hand and leave it."""

import argparse

from backend.cli import spoken
from backend.cli.asking import EXITS, add, asking, told
from backend.cli.command import Answer, Parser, Shell
from backend.lab.hand.protocol import AddHost, ListHosts, RemoveHost


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    host = commands.add_parser("host", prog="host", help="hosts of the lab: add, remove, list", epilog=EXITS)
    kinds = host.add_subparsers(required=True, metavar="add|remove|list", parser_class=Parser)
    joins = add(kinds, "add", _add_host, "a host that joins the lab", "host")
    joins.add_argument("name", metavar="NAME")
    joins.add_argument("addresses", nargs="+", metavar="ADDRESS[/LENGTH]", help="the first one says where the host is")
    joins.add_argument("--gateway", action="append", default=[], metavar="A", help="default: the lowest router there")
    joins.add_argument("--on", metavar="ROUTER:INTERFACE", help="whose link the host shares, where no subnet says it")
    joins.add_argument("--segment", metavar="S", help="or the name of its segment")
    leaves = add(kinds, "remove", _remove_host, "a host that was added, with its services, leaves", "host")
    leaves.add_argument("name", metavar="NAME")
    add(kinds, "list", _list_hosts, "the hosts of the network, and those that were added", "host")


def _add_host(shell: Shell, asked: argparse.Namespace) -> Answer:
    request = AddHost(asked.name, tuple(asked.addresses), tuple(asked.gateway), asked.on, asked.segment)
    return told(shell, asked, asking(shell, request), spoken.added_text)


def _remove_host(shell: Shell, asked: argparse.Namespace) -> Answer:
    return told(shell, asked, asking(shell, RemoveHost(asked.name)), spoken.removed_text)


def _list_hosts(shell: Shell, asked: argparse.Namespace) -> Answer:
    return told(shell, asked, asking(shell, ListHosts()), spoken.hosts_text)
