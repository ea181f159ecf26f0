"""Commands typed without a process of their own; where nothing else is said, about the network of tests/lab/hand."""

import shlex

from backend.cli.command import Answer, Shell
from backend.cli.commands import parse, run
from backend.cli.person import Person
from backend.cli.who.engine import Engine
from backend.cli.who.here import Here
from backend.cli.who.link import Link
from backend.config import Config, from_environment
from backend.facts import Reading
from tests.lab.hand.played import NETWORK

KNOWN = Reading(NETWORK)


def ask(line: str, known: Reading = KNOWN, settings: Config | None = None) -> Answer:
    return told(line, shell_of(known, settings))


def told(line: str, shell: Shell) -> Answer:
    return run(shell, parse(shlex.split(line)))


def shell_of(known: Reading, settings: Config | None = None) -> Shell:
    """The facts have been read already."""
    settings = settings or from_environment()
    here = Here(lambda: known)
    here.network()
    return Shell(here, Link(settings, "no engine is to be asked"), Person(is_quiet=True), settings.lab)


def engine_shell(settings: Config) -> Shell:
    link = Link(settings)
    return Shell(Engine(link), link, Person(is_quiet=True), settings.lab)
