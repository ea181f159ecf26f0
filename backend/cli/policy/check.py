"""The command `check`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from backend.cli.command import NO, OPEN, YES, Answer, Parser, Shell, add_command, answered
from backend.cli.error import UsageError
from backend.cli.policy import proving
from backend.cli.policy.files import understood, write, written
from backend.cli.policy.networks import world_of
from backend.cli.policy.text import check_text
from backend.cli.who import Document
from backend.policy.check import Checked, Checker
from backend.policy.deciding import State
from backend.policy.document import check_document, junit
from backend.policy.error import PolicyError
from backend.policy.expectation import Expectation

CODES = {State.KEPT: YES, State.BROKEN: NO, State.OPEN: OPEN}
EPILOG = """\
a policy file:
  names:
    office: [10.1.1.0/24, hq-srv1]
  policy:
    - 10.1.0.0/16 must not reach 10.3.20.0/24 on tcp/3306
    - office must reach dc-web1 on https, by way of hq-gw
    - {name: mail, from: any, to: office, must not reach: 25/tcp}

exit codes: 0 all is kept, 1 something is broken, 2 wrong use, 3 failure, 4 something depends or is not known
"""


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    purpose = "whether a network keeps a policy: who must reach whom, who must not, for whole prefixes"
    each = add_command(commands, "check", _check, purpose)
    each.epilog = EPILOG
    each.add_argument("policy", metavar="FILE", help="YAML; - for standard input")
    text = f"also by real packets, at most N of each expectation (default: {proving.MOST})"
    each.add_argument("--prove", nargs="?", type=proving.number, const=proving.MOST, metavar="N", help=text)
    each.add_argument("--junit", type=Path, metavar="FILE", help="write the outcome for a CI server")
    each.add_argument("-v", "--verbose", action="count", default=0, help="all findings, and what was not asked")


def _check(shell: Shell, asked: argparse.Namespace) -> Answer:
    """By who has the facts, or with them at hand; what is proved is chosen here."""
    text = written(asked.policy)
    policy = understood(asked.policy, text)
    try:
        document = shell.who.checked(text) if asked.prove is None else None
    except UsageError as error:
        raise UsageError(f"{asked.policy}: {error}") from None
    if document is None:
        document = _checked(shell, asked, policy)
    if asked.junit is not None:
        write(asked.junit, junit(document, Path(asked.policy).name))
    return answered(asked, CODES[State(document["state"])], document, lambda: check_text(document, asked.verbose))


def _checked(shell: Shell, asked: argparse.Namespace, policy: Sequence[Expectation]) -> Document:
    world = world_of(shell.who.reading())
    try:
        checker = Checker(world)
        checked: list[Checked] = []
        for number, expected in enumerate(policy, start=1):
            shell.person.progress(f"{number}/{len(policy)} {expected.title}")
            checked.append(checker.check(expected))
    except PolicyError as error:
        raise UsageError(f"{asked.policy}: {error}") from None
    finally:
        shell.person.clear()
    document = check_document(world.network.label, checked)
    if asked.prove is not None:
        proving.prove(shell, document, checked, asked.prove)
    return document
