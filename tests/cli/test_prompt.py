"""What a person does at a terminal, in one shell."""

import os
import pty
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.test_tsimsh import ROOT, SHELL
from tests.small import write_small_network

PROMPT = "tsimsh> "


class Terminal:
    def __init__(self, number: int) -> None:
        self._number = number

    def type(self, text: str, until: str) -> str:
        """What is seen from then on, until that is."""
        os.write(self._number, text.encode())
        seen = ""
        while until not in seen:
            ready, _, _ = select.select([self._number], [], [], 20)
            assert ready, seen
            seen += os.read(self._number, 65536).decode()
        return seen


@contextmanager
def terminal(facts: Path, state: Path) -> Iterator[Terminal]:
    pid, main = pty.fork()
    if not pid:
        os.chdir(ROOT)
        variables = {**os.environ, "TSIM_STATE": str(state), "TERM": "dumb", "INPUTRC": "/dev/null"}
        os.execve(sys.executable, [*SHELL, "--facts", str(facts)], variables)
    try:
        shown = Terminal(main)
        shown.type("", PROMPT)
        yield shown
        os.write(main, b"exit\n")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2  # a mistake was made, see below
    finally:
        os.close(main)


def test_tab_completes_and_lines_come_again_also_the_next_time(tmp_path: Path) -> None:
    facts = write_small_network(tmp_path / "facts")
    state = tmp_path / "state"
    state.mkdir()
    with terminal(facts, state) as shell:
        assert "network " in shell.type("net\t", "network ")
        assert "gw-a" in shell.type("\n", PROMPT)
        shell.type("set src 10.0.1.50\n", PROMPT)
        assert "--destination " in shell.type("trace -s $sr\t--dest\t", "--destination ")
        shell.type("gw-\t\t", "gw-b")  # there are two
        shell.type("b\n", "accepted")
        assert "teleport" in shell.type("teleport\n", "usage:")
    history = state / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert "trace -s $src --destination gw-b" in history.read_text().splitlines()
    with terminal(facts, state) as shell:
        assert "teleport" in shell.type("\x10\x10", "teleport")  # Ctrl-P: the line before; `exit` is one too
        assert "invalid choice" in shell.type("\n", PROMPT)
