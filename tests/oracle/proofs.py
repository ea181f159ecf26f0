"""Proofs, one after the other, each in its own process; and whether the routers did end to end what they do alone."""

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from msgspec import Struct

from backend.lab.build.compiled import STORE
from backend.lab.error import LabError
from backend.lab.process import Pipe, working
from backend.lab.proof.progress import Progress
from backend.lab.proof.prove import Proof, Request
from backend.model.answer import Reachability
from backend.model.network import Network
from backend.wire.answer import answer_document
from backend.wire.question import read_question
from backend.wire.services import read_services
from tests.oracle.alone import differences_alone

ASKED = ("source", "destination", "source_port", "gateway", "tos", "ttl")
Document = dict[str, Any]


class Examined(Struct, frozen=True):
    answer: Reachability
    differences: tuple[str, ...]
    """Between what a router did on the way and what it does alone."""

    @property
    def document(self) -> Document:
        """As the shell prints it."""
        return answer_document(self.answer)


def request_of(network: Network, question: Mapping[str, Any]) -> Request:
    """Of the words of a scenario file."""
    flow, gateway = read_question(network, {key: value for key, value in question.items() if key in ASKED})
    services = read_services(question["services"])
    ends = flow.source, flow.destination
    return Request(network, *ends, services, flow.source_port, gateway, tos=flow.tos, ttl=flow.ttl)


class Prover:
    """A process without threads, which begins each proof by a fork: much quicker than a new interpreter for each."""

    def __init__(self, asking: IO[bytes], answering: IO[bytes]) -> None:
        self._asking = asking
        self._answering = answering

    def prove(self, request: Request) -> Examined:
        """LabError says why there is no answer."""
        pickle.dump(request, self._asking)
        self._asking.flush()
        said = pickle.load(self._answering)
        if isinstance(said, str):
            raise LabError(said)
        assert isinstance(said, Examined)
        return said


@contextmanager
def prover() -> Iterator[Prover]:
    command = [sys.executable, "-c", "from tests.oracle.proofs import main; main()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Prover(process.stdin, process.stdout)
        finally:
            process.terminate()


def main() -> None:
    while True:
        request = pickle.load(sys.stdin.buffer)
        pickle.dump(_proved(request), sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _proved(request: Request) -> Examined | str:
    try:
        with working(_work, request) as process:
            STORE.add(process.receive(120))
            said = process.receive()
    except LabError as error:
        return str(error)
    assert isinstance(said, Examined)
    return said


def _work(pipe: Pipe, request: Request) -> None:
    proof = Proof(request, _unheard)
    found = proof.found()
    pipe.send(STORE.taken())
    pipe.send(Examined(found, tuple(differences_alone(proof))))


def _unheard(_: Progress) -> None:
    """Nobody waits for it."""
