"""The command `diff`."""

import argparse
from collections.abc import Sequence

from backend.cli.command import NO, YES, Answer, Parser, Shell, add_command, answered
from backend.cli.error import UsageError
from backend.cli.policy.files import policy_of
from backend.cli.policy.networks import named, world_of
from backend.cli.policy.text import diff_text
from backend.policy.compare import Comparer, everybody
from backend.policy.document import comparison_document
from backend.policy.error import PolicyError
from backend.policy.expectation import ANYTHING, Expectation
from backend.policy.kind import World
from backend.policy.services import read_services

EPILOG = """\
exit codes: 0 they decide the same, 1 they do not, 2 wrong use, 3 failure
"""


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(commands, "diff", _diff, "what two networks decide differently")
    each.epilog = EPILOG
    for name in ("old", "new"):
        text = "a directory or archive of facts, a label that the engine keeps, or active"
        each.add_argument(name, metavar=name.upper(), help=text)
    each.add_argument("-f", "--policy", metavar="FILE", help="for what this policy asks (YAML)")
    each.add_argument("-s", "--source", metavar="A,B,…", help="from names, addresses, prefixes (default: all hosts)")
    each.add_argument("-d", "--destination", metavar="A,B,…", help="to (default: all hosts)")
    each.add_argument("-P", "--services", metavar="SPEC", help="22/tcp,https,1-1023/udp,icmp (default: any)")
    each.add_argument("--rules", action="store_true", help="also where the same comes of another rule")


def _diff(shell: Shell, asked: argparse.Namespace) -> Answer:
    one_of = [name for name in ("source", "destination", "services") if getattr(asked, name) is not None]
    if asked.policy is not None and one_of:
        raise UsageError(f"--policy says already what is asked: --{one_of[0]} goes without it")
    before, after = (world_of(named(shell, text)) for text in (asked.old, asked.new))
    place = f"{asked.policy}: " if asked.policy is not None else ""
    try:
        questions = policy_of(asked.policy) if asked.policy is not None else [_question(asked, before, after)]
        document = _document(shell, questions, before, after, asked.rules)
    except PolicyError as error:
        raise UsageError(f"{place}{error}") from None
    return answered(asked, NO if document["changes"] else YES, document, lambda: diff_text(document))


def _question(asked: argparse.Namespace, before: World, after: World) -> Expectation:
    services = read_services(asked.services, 0) if asked.services is not None else ANYTHING
    whole = everybody(before.network, after.network, services)
    sources, destinations = (_words(text) or whole.sources for text in (asked.source, asked.destination))
    if not sources or not destinations:
        raise UsageError("no host has a name in these networks: -s and -d say who is asked for")
    text = f"{asked.source or 'all hosts'} → {asked.destination or 'all hosts'}, {asked.services or 'all services'}"
    return Expectation(sources, destinations, services, is_to_reach=True, text=text)


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def _document(
    shell: Shell, questions: Sequence[Expectation], before: World, after: World, by_rule: bool
) -> dict[str, object]:
    comparer = Comparer(before, after)
    compared = []
    try:
        for number, question in enumerate(questions, start=1):
            shell.person.progress(f"{number}/{len(questions)} {question.title}")
            compared.append(comparer.compare(question, by_rule))
    finally:
        shell.person.clear()
    return comparison_document(before.network.label, after.network.label, compared)
