"""What is said besides answers, and to whom."""

import os
import pty
import select
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from backend.cli.person import Person

MARK = "<end>"


@pytest.fixture
def screen() -> Iterator["Screen"]:
    main, side = pty.openpty()
    with os.fdopen(side, "w") as terminal:
        yield Screen(main, terminal)
    os.close(main)


class Screen:
    def __init__(self, main: int, terminal: TextIO) -> None:
        self._main = main
        self.terminal = terminal

    def seen(self) -> str:
        """All that came before the mark: what is written does not arrive at once."""
        print(MARK, end="", file=self.terminal, flush=True)
        text = ""
        while not text.endswith(MARK):
            assert select.select([self._main], [], [], 20)[0], text
            text += os.read(self._main, 65536).decode()
        return text.removesuffix(MARK)


def test_a_person_at_a_terminal_is_told(screen: Screen) -> None:
    Person(terminal=screen.terminal).note("so it is")
    assert screen.seen() == "tsimsh: so it is\r\n"


def test_nobody_else_is(screen: Screen, tmp_path: Path) -> None:
    person = Person(terminal=screen.terminal)
    person.wants_json = True
    with (tmp_path / "file").open("w") as file:
        for each in (person, Person(is_quiet=True, terminal=screen.terminal), Person(terminal=file)):
            each.note("so it is")
            each.progress("half of it")
            each.clear()
    assert screen.seen() == (tmp_path / "file").read_text() == ""


def test_progress_has_one_line_that_is_gone_at_its_end(screen: Screen) -> None:
    person = Person(terminal=screen.terminal)
    person.progress("half of it")
    person.progress("all of it")
    assert screen.seen().count("\n") == 0
    person.clear()
    person.clear()
    assert screen.seen() == "\r\x1b[K"


def test_a_note_takes_the_place_of_progress(screen: Screen) -> None:
    person = Person(terminal=screen.terminal)
    person.progress("half of it")
    person.note("so it is")
    assert screen.seen().endswith("half of it\x1b[?7h\r\x1b[Ktsimsh: so it is\r\n")
