"""Commands of a lab by hand, typed without a process of their own, in the network of tests/lab/hand."""

import shlex

from backend.cli.commands import Answer, Known, parse, run
from backend.facts import Reading
from backend.sim import compile_network
from tests.lab.hand.played import NETWORK

KNOWN = Known(Reading(NETWORK), compile_network(NETWORK))


def ask(line: str, known: Known = KNOWN) -> Answer:
    return run(known, parse(shlex.split(line)))
