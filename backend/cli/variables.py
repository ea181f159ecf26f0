"""Variables of the shell: `set src 10.1.1.50`, and `$src` or `${src}` in any word from then on."""

import argparse
import re
from collections.abc import Iterable, Mapping

from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.error import UsageError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
USED = re.compile(r"\$(?:(\$)|\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
LONGEST = 4096


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    kept = add_command(commands, "set", _set, "a variable, which $NAME stands for from then on; alone: all of them")
    kept.epilog = "$$ is a dollar sign"
    kept.add_argument("name", nargs="?", metavar="NAME")
    kept.add_argument("value", nargs="?", metavar="VALUE")
    gone = add_command(commands, "unset", _unset, "forget a variable")
    gone.add_argument("name", metavar="NAME")


def _set(shell: Shell, asked: argparse.Namespace) -> Answer:
    if asked.name is not None:
        if not NAME.fullmatch(asked.name):
            raise UsageError(f"set: {asked.name[:64]!r} is no name: letters, digits and _, a digit not first")
        if asked.value is None:
            raise UsageError(f"set: the value of {asked.name} is missing; `unset` forgets one")
        if len(asked.value) > LONGEST:
            raise UsageError(f"set: the value of {asked.name} has more than {LONGEST} characters")
        shell.variables[asked.name] = asked.value
        return answered(asked, YES, {asked.name: asked.value}, lambda: "")
    known = dict(sorted(shell.variables.items()))
    return answered(asked, YES, known, lambda: "\n".join(f"{name} {value}" for name, value in known.items()))


def _unset(shell: Shell, asked: argparse.Namespace) -> Answer:
    if shell.variables.pop(asked.name, None) is None:
        raise UsageError(f"unset: {asked.name[:64]!r} is not set")
    return answered(asked, YES, dict(shell.variables), lambda: "")


def expanded(words: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """UsageError: a variable is not set. A value stays one word, whatever it holds."""

    def value(used: re.Match[str]) -> str:
        if used[1]:
            return "$"
        name = used[2] if used[2] is not None else used[3]
        if name not in known:
            raise UsageError(f"${name} is not set; `set {name} VALUE` does it")
        return known[name]

    return [USED.sub(value, word) for word in words]
