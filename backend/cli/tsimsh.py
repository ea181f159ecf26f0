"""tsimsh: the shell. One command as words, or many from standard input in one process."""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from backend import config
from backend.cli.commands import (
    FAILURE,
    NO,
    OPEN,
    WRONG_USE,
    YES,
    Answer,
    HelpAsked,
    Known,
    UsageError,
    needs_facts,
    parse,
    parser,
    run,
)
from backend.cli.text import counted
from backend.facts import FactsError, Reading, read_directory
from backend.model.network import Network
from backend.sim import compile_network

SEVERITY = (YES, OPEN, NO, WRONG_USE, FAILURE)
"""Of several commands the worst decides the exit code."""
LINE_LIMIT = 64 * 1024
"""Far beyond any question; shlex takes minutes for a line of megabytes."""
EPILOG = """\
examples:
  tsimsh reach -s hq-pc1 -d br-pc1 -P 22,53/udp       predicted; -v, -vv, -vvv: how, and who else is in the way
  tsimsh prove -s hq-pc1 -d br-pc1 -P 22,53/udp       proved with real packets
  tsimsh trace -s 10.1.1.50 -d 10.2.1.50 -v           the path, hop by hop
  tsimsh network up; tsimsh ping -s hq-pc1 -d br-pc1  real packets in a copy of the network, until network down
  tsimsh --facts DIR facts                            what could not be understood
  echo "trace -s 10.1.1.50 -d 10.2.1.50 -j" | tsimsh -q

exit codes: 0 yes, 1 no, 2 wrong use, 3 failure, 4 depends or is not known
"""


def main(arguments: Sequence[str] | None = None) -> int:
    _open_streams()
    try:
        return _main(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _forget(1)  # whoever read us has gone (`tsimsh … | head`); there is nobody to tell
        return FAILURE
    except OSError as error:
        _forget(1)
        return _complain(f"the answer cannot be written: {error.strerror}", FAILURE)


def _open_streams() -> None:
    """A stream that is closed swallows what is written; a sign that its encoding lacks is written as its code."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget(stream: int) -> None:
    """So that the interpreter does not try once more to write it when it ends (library reference, signal, SIGPIPE)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def _main(arguments: list[str]) -> int:
    asked = _options().parse_args(arguments)
    try:
        folder = asked.facts or config.from_environment().facts
        if asked.words:
            code = _answer(folder, asked.words)
            if not asked.quiet and sys.stderr.isatty() and not _wants_json(asked.words):
                _mention_diagnostics(folder, asked.words)
            return code
        _read(folder)
        if not asked.quiet and sys.stdin.isatty():
            print("tsimsh: type a command, or help")
            _mention_diagnostics(folder)
        return _worst(_answer_or_stop(folder, words) for words in _lines(sys.stdin, asked.quiet))
    except (FactsError, config.ConfigError) as error:
        return _complain(str(error), FAILURE)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="tsimsh",
        description="Can this host reach that service, by which path, and what decides?",
        epilog=f"commands:\n{_command_list()}\n\n{EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--facts", type=Path, metavar="DIR", help="facts to work on (else TSIM_FACTS, else the demo)")
    options.add_argument("-q", "--quiet", action="store_true", help="no greeting and no prompt")
    options.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND …", help="else from standard input")
    return options


def _command_list() -> str:
    try:
        parser().print_help()
    except HelpAsked as text:
        lines = str(text).splitlines()
        return "\n".join(line[2:] for line in lines if line.startswith("    "))


@cache
def _read(path: Path) -> Known:
    """Once, and only when a command needs it: help and wrong words are answered without."""
    reading = read_directory(path)
    return Known(reading, compile_network(reading.network))


def _known(folder: Path, asked: argparse.Namespace) -> Known:
    if needs_facts(asked) or _read.cache_info().currsize:
        return _read(folder)
    nothing = Network("")
    return Known(Reading(nothing), compile_network(nothing))


def _mention_diagnostics(folder: Path, words: Sequence[str] = ()) -> None:
    """To a person, once, and only where the facts were read for the answer; `facts` itself says it all."""
    if words[:1] == ["facts"] or (words and not _read.cache_info().currsize):
        return
    count = len(_read(folder).reading.diagnostics)
    if count:
        _complain(
            f"not all of the facts is understood ({counted(count, 'diagnostic')}); the command facts shows it", YES
        )


def _lines(source: TextIO, quiet: bool) -> Iterable[list[str]]:
    """The commands of a script or a person; blank lines and # comments are passed over."""
    is_person = source.isatty() and not quiet
    if is_person:
        import readline  # noqa: F401 - gives input() its line editing and history
    number = 0
    while True:
        try:
            line = input("tsimsh> ") if is_person else _line(source)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            if not is_person:
                raise
            print()
            continue
        if not is_person and not line:
            return
        number += 1
        try:
            if len(line) > LINE_LIMIT:
                raise ValueError(f"more than {LINE_LIMIT} characters")
            words = shlex.split(line.removeprefix("\ufeff"), comments=True)
        except ValueError as error:
            yield ["", f"line {number}: {error}", *(["-j"] if _wants_json(line.split()) else [])]
            continue
        if words and words[0] in ("exit", "quit"):
            return
        if words:
            yield words


def _line(source: TextIO) -> str:
    """The next line, of which no more than one character too many is kept."""
    line = source.readline(LINE_LIMIT + 1)
    rest = line
    while len(rest) > LINE_LIMIT and not rest.endswith("\n"):
        rest = source.readline(LINE_LIMIT + 1)
    return line


def _answer(folder: Path, words: list[str]) -> int:
    if words[0] == "":
        return _refuse(words[1] if len(words) > 1 else "an empty command", words)
    try:
        asked = parse(words)
        answer = run(_known(folder, asked), asked)
    except HelpAsked as text:
        print(text, flush=True)
        return YES
    except UsageError as error:
        return _refuse(str(error), words)
    if answer.code == FAILURE and answer.document is None:
        return _complain(answer.text, FAILURE)
    _print(answer)
    return answer.code


def _answer_or_stop(folder: Path, words: list[str]) -> int:
    """Ctrl-C of a person ends a command, not the shell."""
    try:
        return _answer(folder, words)
    except KeyboardInterrupt:
        if not sys.stdin.isatty():
            raise
        print()
        return _complain("stopped", FAILURE)


def _print(answer: Answer) -> None:
    text = answer.text if answer.document is None else json.dumps(answer.document, ensure_ascii=False)
    print(text, flush=True)


def _refuse(text: str, words: list[str]) -> int:
    """Who asked for JSON gets a line of it for each command, so that questions and answers stay side by side."""
    if _wants_json(words):
        print(json.dumps({"success": False, "error": text.splitlines()[0]}, ensure_ascii=False), flush=True)
        return WRONG_USE
    return _complain(text, WRONG_USE)


def _wants_json(words: Iterable[str]) -> bool:
    return not {"-j", "--json"}.isdisjoint(words)


def _complain(text: str, code: int) -> int:
    try:
        print(f"tsimsh: {text}", file=sys.stderr, flush=True)
    except OSError:
        _forget(2)  # the exit code says it still where nobody can be told
    return code


def _worst(codes: Iterable[int]) -> int:
    return max(codes, key=SEVERITY.index, default=YES)


if __name__ == "__main__":
    sys.exit(main())
