"""Manual pages (man(7)), made of the options that there really are: `python -m backend.cli.manual docs/man`."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from backend.cli import collect
from backend.cli.commands import parser
from backend.cli.completion.wanted import commands_of
from backend.cli.options import options
from backend.cli.tools import packet_counts, reachability, visualize

PAGES: Mapping[str, Callable[[], argparse.ArgumentParser]] = {
    "tsimsh": options,
    "reachability": reachability.parser,
    "visualize": visualize.parser,
    "packet-counts": packet_counts.parser,
    "tsim-collect": collect.parser,
}


def main(arguments: Sequence[str] | None = None) -> int:
    folder = Path((sys.argv[1:] if arguments is None else arguments)[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (folder / f"{name}.1").write_text(page(name), "utf-8")
    return 0


def page(name: str) -> str:
    each = PAGES[name]()
    each.format_help()  # some epilogs are made by it
    lines = [f'.TH {_escaped(name).upper()} 1 "" tsim "tsim"', ".SH NAME", f"{_escaped(name)} \\- {_purpose(each)}"]
    lines += [".SH SYNOPSIS", _synopsis(each), ".SH OPTIONS", *_options(each)]
    if name == "tsimsh":
        lines += [".SH COMMANDS", *_commands()]
    lines += _epilog(each.epilog if name != "tsimsh" else _after_commands(each.epilog))
    others = ", ".join(f".BR {_escaped(other)} (1)" for other in PAGES if other != name).replace(", .BR", " ,\n.BR")
    return "\n".join([*lines, ".SH SEE ALSO", others]) + "\n"


def _purpose(each: argparse.ArgumentParser) -> str:
    return _escaped((each.description or "").rstrip("."))


def _synopsis(each: argparse.ArgumentParser) -> str:
    """In one line, whatever the terminal's width is."""
    return _escaped(" ".join(each.format_usage().removeprefix("usage: ").split()))


def _options(each: argparse.ArgumentParser) -> Iterator[str]:
    for action in each._actions:
        if action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):
            continue
        yield ".TP"
        yield _invoked(action)
        yield _escaped(_help(each, action)) or "\\&"


def _invoked(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"\\fI{_escaped(value)}\\fR"
    given = f" \\fI{_escaped(value)}\\fR" if value else ""
    return ", ".join(f"\\fB{_escaped(text)}\\fR{given}" for text in action.option_strings)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    named = action.metavar if isinstance(action.metavar, str) else ""
    return named or ("|".join(map(str, action.choices)) if action.choices else action.dest)


def _help(each: argparse.ArgumentParser, action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": each.prog}


def _commands() -> Iterator[str]:
    for name, each in commands_of(parser()).items():
        if name == "help" or any(isinstance(action, argparse._SubParsersAction) for action in each._actions):
            continue
        yield f'.SS "{_synopsis(each)}"'
        yield _escaped(f"{each.description or name}.")
        yield from _options(each)
        yield from _preformatted(each.epilog or "")


def _after_commands(text: str | None) -> str:
    return (text or "").partition("\n\n")[2]


def _epilog(text: str | None) -> Iterator[str]:
    """Paragraphs with a title of their own become sections."""
    for paragraph in (text or "").strip().split("\n\n"):
        title, _, rest = paragraph.partition("\n")
        if title.endswith(":") and rest:
            yield f'.SH "{_escaped(title.rstrip(":")).upper()}"'
            yield from _preformatted(rest)
        elif paragraph.startswith("exit codes: "):
            yield '.SH "EXIT STATUS"'
            yield _escaped(paragraph.removeprefix("exit codes: "))
        elif paragraph:
            yield ".PP"
            yield _escaped(" ".join(paragraph.split()))


def _preformatted(text: str) -> Iterator[str]:
    if text:
        yield from (".PP", ".nf", *(_escaped(line) for line in text.rstrip().splitlines()), ".fi")


def _escaped(text: str) -> str:
    """A backslash and a leading dot or quote mean something to troff; a hyphen is another sign than a minus, which is
    what one types (groff_char(7))."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.exit(main())
