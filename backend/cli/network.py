"""The commands `network` and `facts`: what is known of the network, where its lab is, and which others are kept."""

import argparse

from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.error import UsageError
from backend.cli.text import facts_text, network_text, plan_text

LAB = ("up", "status", "down")
KEPT = ("list", "upload", "activate", "download")


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    network = add_command(commands, "network", _network, "routers, interfaces, segments and hosts")
    what = "plan: how a lab is built; up: build one to play in, status: what is up, down: end it"
    what += "; list: those that are kept; upload FILE|DIR, activate LABEL, download LABEL"
    choices = ["plan", *LAB, *KEPT]
    network.add_argument("what", nargs="?", choices=choices, metavar="|".join(choices), help=what)
    network.add_argument("target", nargs="?", metavar="FILE|DIR|LABEL", help="upload: an archive, or facts; else which")
    network.add_argument("--activate", action="store_true", help="upload: make it the active one")
    network.add_argument("-o", "--output", metavar="FILE", help="download: where to; default: its label")
    network.add_argument("--routers", metavar="A,B,…", help="up: only these, and the hosts beside them")
    network.add_argument("-v", "--verbose", action="count", default=0, help="status: all that is not as in the facts")
    add_command(commands, "facts", _facts, "what was read, and what could not be understood")


def _network(shell: Shell, asked: argparse.Namespace) -> Answer:
    if asked.routers is not None and asked.what != "up":
        raise UsageError("--routers: goes with `network up` only")
    if asked.target is not None and asked.what not in KEPT[1:]:
        raise UsageError(f"network {asked.what}: takes no more words")
    if asked.what in KEPT:
        from backend.cli import kept

        return kept.NETWORK[asked.what](shell, asked)
    if asked.what in LAB:
        from backend.cli import lab  # which brings all that plays in one

        return lab.NETWORK[asked.what](shell, asked)
    if asked.what == "plan":
        plan = shell.who.plan()
        return answered(asked, YES, plan, lambda: plan_text(plan))
    topology = shell.who.topology()
    return answered(asked, YES, topology, lambda: network_text(topology))


def _facts(shell: Shell, asked: argparse.Namespace) -> Answer:
    facts = shell.who.facts()
    return answered(asked, YES, facts, lambda: facts_text(facts))
