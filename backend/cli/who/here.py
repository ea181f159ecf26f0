"""This process answers: it reads the facts, and predicts and proves by itself. What labs need is loaded with them."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import structs

from backend.cli.error import FailureError, UsageError
from backend.cli.who import Document, Hear
from backend.facts import FactsError, Reading, read_directory
from backend.jobs.asking import read_asked
from backend.jobs.job import Asked
from backend.model.network import Network
from backend.sim import CompiledNetwork, Question, compile_network, reach, trace
from backend.wire.answer import answer_document
from backend.wire.question import QuestionError, read_question
from backend.wire.services import MOST
from backend.wire.topology import topology_document
from backend.wire.trace import trace_document


class Here:
    def __init__(self, read: Callable[[], Reading]) -> None:
        """Facts are read with the first question."""
        self._read = read
        self._has_read = False

    @property
    def known(self) -> str:
        return self._facts.label if self._has_read else ""

    @cached_property
    def _reading(self) -> Reading:
        try:
            reading = self._read()
        except FactsError as error:
            raise FailureError(str(error)) from None
        self._has_read = True
        return reading

    @property
    def _facts(self) -> Network:
        return self._reading.network

    def network(self) -> str:
        return self._facts.label

    @cached_property
    def _compiled(self) -> CompiledNetwork:
        return compile_network(self._facts)

    def trace(self, question: Document) -> Document:
        is_explained = bool(question.get("tried"))
        try:
            flow, gateway = read_question(self._facts, _without_tried(question))
        except QuestionError as error:
            raise UsageError(str(error)) from None
        return trace_document(trace(self._compiled, flow, gateway, is_explained))

    def reach(self, question: Document) -> Document:
        asked = self._asked(_without_tried(question))
        wanted = Question(
            asked.source, asked.destination, asked.services, asked.source_port, asked.gateway, asked.tos, asked.ttl,
            bool(question.get("tried")),
        )  # fmt: skip
        return answer_document(reach(self._compiled, wanted))

    def prove(self, question: Document, hear: Hear) -> Document:
        from backend.lab.error import LabError
        from backend.lab.proof.prove import Request, proving
        from backend.model.answer import Reachability

        asked = self._asked(question)
        path, notes = (asked.trace.path, asked.trace.notes) if asked.trace is not None else ((), ())
        request = Request(
            self._facts, asked.source, asked.destination, asked.services, asked.source_port, asked.gateway, path,
            asked.tos, asked.ttl,
        )  # fmt: skip
        try:
            for said in proving(request):
                if isinstance(said, Reachability):
                    return answer_document(structs.replace(said, assumptions=(*said.assumptions, *notes)))
                hear(said.message)
        except LabError as error:
            raise FailureError(str(error)) from None
        raise FailureError("the proof ended without an answer")

    def tested(self, question: Document, hear: Hear) -> Document:
        from backend.cli.who.testing import tested

        return tested(self._compiled, self._facts, self._asked(question), hear)

    def topology(self) -> Document:
        return topology_document(self._facts, self._reading.diagnostics)

    def facts(self) -> Document:
        return {
            "network": self._facts.label,
            "routers": [router.name for router in self._facts.routers],
            "diagnostics": [structs.asdict(each) for each in self._reading.diagnostics],
        }

    def diagnostics(self) -> int:
        return len(self._reading.diagnostics)

    def plan(self) -> Document:
        from backend.lab.error import LabError
        from backend.lab.plan import plan

        try:
            planned = plan(self._facts)
        except LabError as error:
            raise FailureError(str(error)) from None
        return {
            "operations": [
                {"kind": type(each).__name__, "namespace": each.namespace, "text": each.text}
                for each in planned.operations
            ],
            "omissions": [
                {"router": each.router, "text": each.text, "reason": each.reason} for each in planned.omissions
            ],
        }

    def reading(self) -> Reading:
        return self._reading

    def checked(self, policy: str) -> None:
        """By `reading`."""

    def raise_lab(self, directory: Path, routers: Sequence[str]) -> bool:
        from backend.lab.error import LabError
        from backend.lab.hand import machines
        from backend.lab.hand.owner import Task, start

        try:
            return start(Task(directory, self._facts, tuple(routers)))
        except machines.UsageError as error:
            raise UsageError(str(error)) from None
        except LabError as error:
            raise FailureError(str(error)) from None

    def _asked(self, question: Document) -> Asked:
        """Read as the engine reads it."""
        try:
            return read_asked(self._facts, question, self._facts.label, MOST)
        except QuestionError as error:
            raise UsageError(str(error)) from None


def here_at(folder: Path) -> Here:
    return Here(lambda: read_directory(folder))


def _without_tried(question: Document) -> Document:
    return {name: value for name, value in question.items() if name != "tried"}
