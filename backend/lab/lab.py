"""A lab to work with: built when it is entered, gone when it is left.

with Lab(plan(network)) as lab:
    lab.run("hq-gw", ["ip", "route", "show"]).stdout
    lab.routes("hq-gw", ["10.2.1.50 from 10.1.1.50 iif eth1", "10.3.10.10 mark 0x10"])
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from types import TracebackType

from msgspec import Struct

from backend.lab.build.apply import Built
from backend.lab.build.compiled import STORE
from backend.lab.build.loaded import Loaded
from backend.lab.build.space import Refusal
from backend.lab.child import hold
from backend.lab.error import LabError
from backend.lab.plan.operation import Plan
from backend.lab.process import Process

TIMEOUT_S = 60.0
FAILED = "Command failed "


class Output(Struct, frozen=True):
    code: int
    stdout: str
    stderr: str


class Answer(Struct, frozen=True):
    """What `ip route get` said to one question: a route, or why there is none."""

    text: str = ""
    error: str = ""


class Lab:
    def __init__(self, plan: Plan, is_strict: bool = True) -> None:
        """`is_strict`: a lab that is not the whole network, since something was refused, is an error."""
        self._plan = plan
        self._is_strict = is_strict
        self._process: Process | None = None
        self._descriptors: dict[str, int] = {}
        self.refusals: list[Refusal] = []
        self.loaded = Loaded()

    def __enter__(self) -> "Lab":
        self._process = Process(hold, self._plan)
        try:
            built: Built
            built, compiled = self._process.receive()
            STORE.add(compiled)
            self._descriptors, self.refusals, self.loaded = built.descriptors, built.refusals, built.loaded
            if self._is_strict and self.refusals:
                raise LabError("\n".join(map(str, self.refusals)))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """May be called twice."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def run(
        self, machine: str, command: Sequence[str], text: str | None = None, timeout_s: float = TIMEOUT_S
    ) -> Output:
        """A command in the namespace of a router or host, with `text` as its input."""
        try:
            done = subprocess.run(
                [*self._entering(machine), *command],
                input=text,
                stdin=subprocess.DEVNULL if text is None else None,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LabError(f"{machine}: {' '.join(command)}: took longer than {timeout_s} s") from None
        return Output(done.returncode, done.stdout, done.stderr)

    def start(self, machine: str, command: Sequence[str]) -> subprocess.Popen[str]:
        """A command that goes on while others run; whoever starts it ends it."""
        return subprocess.Popen(
            [*self._entering(machine), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _entering(self, machine: str) -> list[str]:
        if self._process is None:
            raise LabError("the lab is closed")
        try:
            namespace = self._plan.namespaces.get(machine, machine)
            descriptor = self._descriptors[namespace]
        except KeyError:
            raise LabError(f"there is no {machine} in this lab") from None
        process = f"/proc/{self._process.pid}"
        spaces = [f"--mount={process}/ns/mnt", f"--net={process}/fd/{descriptor}"]
        if os.geteuid() != 0:
            spaces += [f"--user={process}/ns/user", "--preserve-credentials"]
        # Entering a mount namespace leads to its own root, which is not ours when we live in a chroot.
        return ["nsenter", *spaces, f"--root={process}/root", f"--wdns={os.getcwd()}", "--"]

    def routes(self, machine: str, questions: Sequence[str]) -> list[Answer]:
        """What `ip route get QUESTION` says to each, in one process for all of them.

        A word that it does not know ends the process; then another one goes on behind it.
        """
        answers: list[Answer] = []
        while len(answers) < len(questions):
            text = "".join(f"route get {question}\n" for question in questions[len(answers) :])
            done = self.run(machine, ["ip", "-o", "-force", "-batch", "-"], text)
            answers += _answers(done, len(questions) - len(answers))
        return answers


def _answers(done: Output, count: int) -> list[Answer]:
    """An answer is a line of the output, a refusal is one of the errors, which names the line of the question."""
    failed = dict(batch_failures(done.stderr))
    said = [line.replace("\\", " ").strip() for line in done.stdout.splitlines()]
    found = iter(said)
    asked = min(len(said) + len(failed), count)
    answers = [Answer(error=failed[at]) if at in failed else Answer(next(found, "")) for at in range(1, asked + 1)]
    if asked < count:
        answers.append(Answer(error=" ".join(done.stderr.splitlines()[-1:]) or f"ip ended with code {done.code}"))
    return answers


def batch_failures(errors: str) -> Iterator[tuple[int, str]]:
    """Line and message of what `ip -force -batch` could not do; it names the line behind the message."""
    said: list[str] = []
    for text in errors.splitlines():
        if text.startswith(FAILED):
            yield int(text.rpartition(":")[2]), "; ".join(said)
            said = []
        elif text:
            said.append(text.removeprefix("RTNETLINK answers: ").removeprefix("Error: "))
