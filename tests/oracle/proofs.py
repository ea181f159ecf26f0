"""Proofs, one after the other, each in its own process; and the answers as the shell gives them."""

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from backend.lab.error import LabError
from backend.lab.proof.prove import Progress, Request, proving
from backend.model.answer import Reachability
from backend.model.network import Network
from backend.wire.answer import answer_document
from backend.wire.question import read_question
from backend.wire.services import read_services

ASKED = ("source", "destination", "source_port", "gateway", "tos", "ttl")
Document = dict[str, Any]


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

    def document(self, request: Request) -> Document:
        """LabError says why there is none."""
        said = self.proved(request)
        return answer_document(said)

    def proved(self, request: Request) -> Reachability:
        pickle.dump(request, self._asking)
        self._asking.flush()
        said = pickle.load(self._answering)
        if isinstance(said, Reachability):
            return said
        raise LabError(said)


@contextmanager
def prover() -> Iterator[Prover]:
    command = [sys.executable, "-m", "tests.oracle.proofs"]
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


def _proved(request: Request) -> Reachability | str:
    try:
        return next(said for said in proving(request) if not isinstance(said, Progress))
    except LabError as error:
        return str(error)


if __name__ == "__main__":
    main()
