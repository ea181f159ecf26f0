"""tsimsh: the shell. One command as words, or many from a script, a pipe or a person in one process."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TextIO

from backend import config
from backend.cli import streams
from backend.cli.command import FAILURE, WRONG_USE, Shell
from backend.cli.error import AwayError, FailureError, UsageError
from backend.cli.lines import Ask
from backend.cli.options import options
from backend.cli.person import Person
from backend.cli.session import Session
from backend.cli.text import counted
from backend.cli.who.choosing import chosen
from backend.config import Config

ABOUT_ITSELF = ("facts", "complete", "completion", "set", "unset")
"""Commands after which nobody needs to hear of the facts."""


def main(arguments: Sequence[str] | None = None) -> int:
    streams.open_streams()
    try:
        return _main(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        streams.forget(1)  # whoever read us has gone (`tsimsh … | head`); there is nobody to tell
        return FAILURE
    except OSError as error:
        streams.forget(1)
        return _complain(f"the answer cannot be written: {error.strerror}", FAILURE)


def _main(arguments: list[str]) -> int:
    asked = options().parse_args(arguments)
    try:
        if asked.script is not None and asked.words:
            raise UsageError(f"--script {asked.script}: goes without a command ({asked.words[0]})")
        settings = config.from_environment()
        shell = chosen(asked, settings, Person(asked.quiet))
        if not asked.words:
            return _answer_all(shell, asked, settings)
        code = _session(shell).answer(asked.words)
        _mention_diagnostics(shell, asked.words[0])
        return code
    except UsageError as error:
        return _complain(str(error), WRONG_USE)
    except (FailureError, AwayError, config.ConfigError) as error:
        return _complain(str(error), FAILURE)


def _answer_all(shell: Shell, asked: argparse.Namespace, settings: Config) -> int:
    """From a script, or from standard input."""
    with ExitStack() as opened:
        is_named = asked.script not in (None, "-")
        source = opened.enter_context(_script(asked.script)) if is_named else sys.stdin
        is_person = source.isatty() and not asked.quiet
        if is_person:
            print("tsimsh: type a command, or help", flush=True)
        shell.who.network()  # facts that cannot be read are told before anything is asked
        if is_person:
            _mention_diagnostics(shell)
        ask = _prompt(shell, settings) if is_person else None
        return _session(shell, asked.script if is_named else "").run(source, ask, asked.stop)


def _script(name: str) -> TextIO:
    try:
        return open(name, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise UsageError(f"--script: {name}: {error.strerror}") from None


def _prompt(shell: Shell, settings: Config) -> Ask:
    from backend.cli.completion.candidates import of_line
    from backend.cli.completion.names import Names
    from backend.cli.prompt import Prompt

    names = Names(shell, settings.facts)
    return Prompt(settings.state / "history", lambda line: of_line(line, names)).ask


def _session(shell: Shell, name: str = "") -> Session:
    return Session(shell, lambda text: streams.complain("tsimsh", text), name)


def _mention_diagnostics(shell: Shell, command: str = "") -> None:
    """To a person, once, and only where the facts were asked for the answer; `facts` itself says it all."""
    if command in ABOUT_ITSELF or not shell.who.known or not shell.person.is_told:
        return
    count = shell.who.diagnostics()
    if count:
        text = f"not all of the facts is understood ({counted(count, 'diagnostic')}); the command facts shows it"
        shell.person.note(text)


def _complain(text: str, code: int) -> int:
    streams.complain("tsimsh", text)
    return code


if __name__ == "__main__":
    sys.exit(main())
