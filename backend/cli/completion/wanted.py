"""What may stand at the end of a line, by the options that commands really have."""

import argparse
from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.cli.command import Parser
from backend.cli.commands import MODULES, module_of, parser
from backend.cli.options import options

BUILT_IN = ("help", "exit", "quit")
KINDS = {
    "source": "machine", "destination": "machine", "machine": "machine", "gateway": "router", "routers": "router",
    "services": "service", "job": "job", "target": "network", "old": "network", "new": "network", "trace": "file",
    "output": "file", "junit": "file", "policy": "file", "facts": "file", "token_file": "file", "ca_file": "file",
    "script": "file", "file": "file", "files": "file", "results": "file", "tests": "result",
}  # fmt: skip
"""What the values of an argument are, by its name."""


class Wanted(Struct, frozen=True):
    """Words that may stand there, and kinds of names whose words depend on the network."""

    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def wanted(before: Sequence[str], word: str) -> Wanted:
    """`before`: the words that are there already; `word`: what of the last one is typed."""
    if word.startswith("$"):
        return Wanted(kinds=("variable",))
    if not before and word.startswith("-"):
        return Wanted(tuple(_options(_actions(options()))))
    if not before:
        return Wanted((*(name for names in MODULES.values() for name in names), *BUILT_IN))
    if before[0] == "help":
        return wanted(before[1:], word)
    if not module_of(before[0]):
        return Wanted()
    return wanted_of(parser(module_of(before[0])), before, word)


def wanted_of(each: argparse.ArgumentParser, before: Sequence[str], word: str) -> Wanted:
    """With the options of a command of which it is known how far its arguments are."""
    actions, given = _actions(each), 0
    open_: argparse.Action | None = None
    for at, typed in enumerate(before):
        option = next((action for action in actions if typed in action.option_strings), None)
        if option is not None:
            open_ = option if option.nargs != 0 else None
            continue
        if open_ is not None:
            open_ = None
            continue
        positional = _positional(actions, given)
        if isinstance(positional, argparse._SubParsersAction):
            inner = positional.choices.get(typed)
            return wanted_of(inner, before[at + 1 :], word) if inner is not None else Wanted()
        given += 1
    if open_ is not None and not word.startswith("-"):
        return _values(open_)
    if word.startswith("-"):
        return Wanted(tuple(_options(actions)))
    positional = _positional(actions, given)
    return _values(positional) if positional is not None else Wanted(tuple(_options(actions)))


def commands_of(each: Parser, group: str = "") -> dict[str, Parser]:
    """Every command that there is by its words, those of a group too."""
    found: dict[str, Parser] = {}
    for action in _actions(each):
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                command = f"{group} {name}".strip()
                found |= {command: inner} | commands_of(inner, command)
    return found


def _actions(each: argparse.ArgumentParser) -> list[argparse.Action]:
    return each._actions


def _positional(actions: Sequence[argparse.Action], number: int) -> argparse.Action | None:
    """The last one may take several."""
    found = [action for action in actions if not action.option_strings]
    if number < len(found):
        return found[number]
    return found[-1] if found and found[-1].nargs in ("+", "*") else None


def _options(actions: Sequence[argparse.Action]) -> Iterator[str]:
    for action in actions:
        if action.help != argparse.SUPPRESS:
            yield from action.option_strings


def _values(action: argparse.Action) -> Wanted:
    if action.choices is not None:
        return Wanted(tuple(str(choice) for choice in action.choices))
    kind = KINDS.get(action.dest)
    return Wanted(kinds=(kind,) if kind else ())
