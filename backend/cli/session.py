"""Commands one after the other, from a script or a person, and what is printed of each."""

import json
from collections.abc import Callable, Iterable
from typing import TextIO

from backend.cli.command import FAILURE, NO, OPEN, WRONG_USE, YES, Answer, Shell
from backend.cli.commands import parse, run
from backend.cli.error import HelpAsked, UsageError
from backend.cli.lines import Ask, Line, LineError, lines
from backend.cli.variables import expanded

SEVERITY = (YES, OPEN, NO, WRONG_USE, FAILURE)
"""Of several commands the worst decides the exit code."""
Complain = Callable[[str], None]


class Session:
    def __init__(self, shell: Shell, complain: Complain, name: str = "") -> None:
        """`name`: of the script, for what is complained of; a person needs neither it nor the number of a line."""
        self._shell = shell
        self._complain = complain
        self._name = name

    def run(self, source: TextIO, ask: Ask | None = None, stops: bool = False) -> int:
        """`stops`: with the first command that is wrong or fails."""
        codes = [YES]
        for line in lines(source, ask):
            codes.append(self._line(line, ask is not None))
            if stops and codes[-1] in (WRONG_USE, FAILURE):
                break
        return max(codes, key=SEVERITY.index)

    def _line(self, line: Line | LineError, is_person: bool) -> int:
        """Ctrl-C of a person ends a command, not the shell."""
        number = 0 if is_person else line.number
        if isinstance(line, LineError):
            return self._refuse(str(line), _wants_json(line.text.split()), number)
        try:
            return self.answer(line.words, number)
        except KeyboardInterrupt:
            if not is_person:
                raise
            print()
            return self._fail("stopped", 0)

    def answer(self, words: Iterable[str], number: int = 0) -> int:
        """One command. `number`: of its line."""
        typed = list(words)
        self._shell.person.wants_json = _wants_json(typed)
        try:
            if not typed[0]:
                raise UsageError("an empty command")
            answer = run(self._shell, parse(expanded(typed, self._shell.variables)))
        except HelpAsked as text:
            print(text, flush=True)
            return YES
        except UsageError as error:
            return self._refuse(str(error), self._shell.person.wants_json, number)
        if answer.code == FAILURE and answer.text and answer.document is None:
            return self._fail(answer.text, number)
        _print(answer)
        return answer.code

    def _refuse(self, text: str, as_json: bool, number: int) -> int:
        """Who asked for JSON gets a line of it for each command, so that questions and answers stay side by side."""
        if as_json:
            place = {"line": number} if number else {}
            document = {"success": False, "error": text.splitlines()[0], **place}
            print(json.dumps(document, ensure_ascii=False), flush=True)
        else:
            self._complain(self._place(number) + text)
        return WRONG_USE

    def _fail(self, text: str, number: int) -> int:
        self._complain(self._place(number) + text)
        return FAILURE

    def _place(self, number: int) -> str:
        if not number:
            return ""
        return f"{self._name}: line {number}: " if self._name else f"line {number}: "


def _print(answer: Answer) -> None:
    text = answer.text if answer.document is None else json.dumps(answer.document, ensure_ascii=False)
    if text:
        print(text, flush=True)


def _wants_json(words: Iterable[str]) -> bool:
    return not {"-j", "--json"}.isdisjoint(words)
