"""tsimsh: the shell. One command as words, or many from standard input in one process."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path

from backend import config
from backend.cli.command import FAILURE, NO, OPEN, WRONG_USE, YES, Answer, Shell
from backend.cli.commands import parse, parser, run
from backend.cli.error import AwayError, FailureError, HelpAsked, UsageError
from backend.cli.lines import LineError, lines
from backend.cli.person import Person
from backend.cli.text import counted
from backend.cli.who.either import Either, Who
from backend.cli.who.link import Link
from backend.config import Config

SEVERITY = (YES, OPEN, NO, WRONG_USE, FAILURE)
"""Of several commands the worst decides the exit code."""
EPILOG = """\
examples:
  tsimsh reach -s hq-pc1 -d br-pc1 -P 22,53/udp       predicted; -v, -vv, -vvv: how, and who else is in the way
  tsimsh prove -s hq-pc1 -d br-pc1 -P 22,53/udp       proved with real packets
  tsimsh trace -s 10.1.1.50 -d 10.2.1.50 -v           the path, hop by hop
  tsimsh network up; tsimsh ping -s hq-pc1 -d br-pc1  real packets in a copy of the network, until network down
  tsimsh job submit -s hq-pc1 -d br-pc1 -P 22 --wait  the same as a test that is kept, with a report
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
        shell = _shell(asked, config.from_environment())
        if asked.words:
            code = _answer(shell, asked.words)
            _mention_diagnostics(shell, asked.words[0])
            return code
        return _answer_all(shell, asked.quiet)
    except UsageError as error:
        return _complain(str(error), WRONG_USE)
    except (FailureError, AwayError, config.ConfigError) as error:
        return _complain(str(error), FAILURE)


class _Options(argparse.ArgumentParser):
    def format_help(self) -> str:
        """With all commands, which are loaded for it."""
        self.epilog = f"commands:\n{_command_list()}\n\n{EPILOG}"
        return super().format_help()


def _command_list() -> str:
    try:
        parser().print_help()
    except HelpAsked as text:
        listed = str(text).splitlines()
        return "\n".join(line[2:] for line in listed if line.startswith("    "))


def _options() -> argparse.ArgumentParser:
    options = _Options(
        prog="tsimsh",
        description="Can this host reach that service, by which path, and what decides?",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "--facts", type=Path, metavar="DIR", help="facts to work on (else TSIM_FACTS, or the engine's)"
    )
    options.add_argument("--server", metavar="URL", help="ask this server instead (else TSIM_SERVER), with a token")
    options.add_argument("--token-file", type=Path, metavar="FILE", help="where the token stands (else TSIM_TOKEN)")
    options.add_argument(
        "--ca-file", metavar="FILE", help="authority of the server's certificate, where it is your own"
    )
    options.add_argument("--no-engine", action="store_true", help="read the facts here instead of asking the engine")
    options.add_argument("-q", "--quiet", action="store_true", help="no greeting, no prompt and no remarks")
    options.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND …", help="else from standard input")
    return options


def _shell(asked: argparse.Namespace, settings: Config) -> Shell:
    person = Person(asked.quiet)
    is_apart = asked.no_engine or asked.facts is not None
    server = "" if is_apart else asked.server or config.server_named()[0]
    if asked.server is not None and is_apart:
        raise UsageError("--server: goes without --facts and --no-engine, which read the facts here")
    if server:
        remote = _remote(server, asked, settings)
        return Shell(_elsewhere(remote), remote, person, settings.lab)
    link = Link(settings, "the engine was not to be asked, and nobody else can" if is_apart else "")
    who = (
        _here(asked.facts or settings.facts)
        if is_apart or config.are_facts_named()
        else _engine(link, settings, person)
    )
    return Shell(who, link, person, settings.lab)


def _remote(url: str, asked: argparse.Namespace, settings: Config) -> Link:
    from backend.cli.who.remote import Remote
    from backend.cli.who.server import Address, Server

    token = config.server_named()[1]
    if asked.token_file is not None:
        try:
            token = asked.token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is no text"
            raise UsageError(f"--token-file: {asked.token_file}: {reason}") from None
    return Remote(settings, Server(Address(url, token, asked.ca_file)))


def _elsewhere(remote: Link) -> Who:
    from backend.cli.who.elsewhere import Elsewhere

    return Elsewhere(remote)


def _here(folder: Path) -> Who:
    from backend.cli.who.here import here_at  # which brings the simulator

    return here_at(folder)


def _engine(link: Link, settings: Config, person: Person) -> Who:
    from backend.cli.who.engine import Engine

    return Either(Engine(link), lambda: _here(settings.facts), person.note)


def _answer_all(shell: Shell, is_quiet: bool) -> int:
    """From standard input."""
    is_person = sys.stdin.isatty() and not is_quiet
    if is_person:
        print("tsimsh: type a command, or help", flush=True)
    shell.who.network()  # facts that cannot be read are told before anything is asked
    if is_person:
        _mention_diagnostics(shell)
    return _worst(_answer_or_stop(shell, words) for words in lines(sys.stdin, is_quiet))


def _mention_diagnostics(shell: Shell, command: str = "") -> None:
    """To a person, once, and only where the facts were asked for the answer; `facts` itself says it all."""
    if command == "facts" or not shell.who.known or not shell.person.is_told:
        return
    count = shell.who.diagnostics()
    if count:
        text = f"not all of the facts is understood ({counted(count, 'diagnostic')}); the command facts shows it"
        shell.person.note(text)


def _answer(shell: Shell, words: list[str]) -> int:
    shell.person.wants_json = _wants_json(words)
    try:
        if not words[0]:
            raise UsageError("an empty command")
        answer = run(shell, parse(words))
    except HelpAsked as text:
        print(text, flush=True)
        return YES
    except UsageError as error:
        return _refuse(str(error), shell.person.wants_json)
    if answer.code == FAILURE and answer.text and answer.document is None:
        return _complain(answer.text, FAILURE)
    _print(answer)
    return answer.code


def _answer_or_stop(shell: Shell, words: list[str] | LineError) -> int:
    """Ctrl-C of a person ends a command, not the shell."""
    if isinstance(words, LineError):
        return _refuse(str(words), _wants_json(words.text.split()))
    try:
        return _answer(shell, words)
    except KeyboardInterrupt:
        if not sys.stdin.isatty():
            raise
        print()
        return _complain("stopped", FAILURE)


def _print(answer: Answer) -> None:
    text = answer.text if answer.document is None else json.dumps(answer.document, ensure_ascii=False)
    if text:
        print(text, flush=True)


def _refuse(text: str, as_json: bool) -> int:
    """Who asked for JSON gets a line of it for each command, so that questions and answers stay side by side."""
    if as_json:
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
