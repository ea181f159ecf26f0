"""packet-counts: two snapshots of a router's rules (`iptables-save -c`) → the rules that counted between them."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from backend.cli.command import NO, YES
from backend.cli.error import UsageError
from backend.cli.policy.files import write
from backend.cli.text import counted
from backend.cli.tools import tool
from backend.cli.tools.counters import Counted, differences
from backend.cli.version import Version
from backend.facts.iptables import read_ruleset
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.firewall import Ruleset

EPILOG = """\
examples:
  iptables-save -c > before; sleep 10; iptables-save -c > after
  packet-counts before after
  packet-counts hq-gw before after -m blocking -v

exit codes: 0 some counted, 1 none did, 2 wrong use, 3 failure
"""
MODES = {"all": None, "blocking": frozenset(("DROP", "REJECT")), "allowing": frozenset(("ACCEPT",))}
"""By what rules do, and policies."""


def main(arguments: Sequence[str] | None = None) -> int:
    return tool.run(parser(), _work, arguments)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="packet-counts",
        description="Which rules counted packets between two snapshots of iptables-save -c.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("files", nargs="+", metavar="[ROUTER] BEFORE AFTER", help="of the same router; its name is only shown")
    text = "all: every rule; blocking: those that drop and reject; allowing: those that accept"
    add("-m", "--mode", choices=list(MODES), default="all", help=text)
    add("-4", dest="family", action="store_const", const=4, default=4, help="rules of iptables (default)")
    add("-6", dest="family", action="store_const", const=6, help="rules of ip6tables")
    add("-j", "--json", action="store_true", help="answer as one line of JSON")
    add("-o", "--output", metavar="FILE", help="write the JSON there as well")
    add("-v", "--verbose", action="count", default=0, help="the rules with their counters, before and after")
    add("--version", action=Version)
    return found


def _work(asked: argparse.Namespace) -> int:
    if len(asked.files) not in (2, 3):
        raise UsageError(
            f"two snapshots are needed, with a router's name before them or without: not {len(asked.files)}"
        )
    *router, before, after = asked.files
    found = differences(_ruleset(before, asked.family), _ruleset(after, asked.family))
    wanted = MODES[asked.mode]
    rules = [each for each in found if wanted is None or each.action in wanted]
    document = {
        "router": router[0] if router else None,
        "mode": asked.mode,
        "rules": [structs.asdict(each) for each in rules],
    }
    if asked.output is not None:
        write(Path(asked.output), json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(document, ensure_ascii=False) if asked.json else _text(rules, router, asked.verbose), flush=True)
    return YES if rules else NO


def _ruleset(name: str, family: int) -> Ruleset:
    try:
        text = Path(name).read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is no text") from None
    notes = Notes(name)
    section = Section(name, start=1, lines=text.splitlines())
    ruleset, why = read_ruleset(section, 4 if family == 4 else 6, notes)
    problem = next(iter(notes.diagnostics), None)
    if problem is not None:
        raise UsageError(f"{name}: line {problem.line}: {problem.expected}, not {problem.text[:80]!r}")
    if ruleset is None or not ruleset.tables:
        raise UsageError(f"{name}: {why or 'holds no table: iptables-save -c writes them'}")
    return ruleset


def _text(rules: Sequence[Counted], router: Sequence[str], verbose: int) -> str:
    name = f"{router[0]}: " if router else ""
    lines = [f"{name}{counted(len(rules), 'rule')} counted"]
    for each in rules:
        place = f"{each.table} {each.chain}" + (f" {each.number}" if each.number is not None else "")
        counts = f"{each.before} → {each.after}" if verbose else f"+{each.packets}"
        more = f"  ({each.bytes} bytes)" if verbose > 1 else ""
        lines.append(f"  {counts:>10}  {place:<24}  {each.text}{more}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
