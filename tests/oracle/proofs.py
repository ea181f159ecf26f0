"""Many proofs, one after the other, each in its own process; and the network's answers as the shell gives them."""

import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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


def proved(requests: Iterable[Request]) -> Iterator[Document]:
    """The answer documents; of what cannot be asked, the error.

    A process without threads begins each proof by a fork, which is much quicker than a new interpreter.
    """
    every = list(requests)
    command = [sys.executable, "-m", "tests.oracle.proofs"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with process.stdin as end:
                pickle.dump(every, end)
            for _ in every:
                said = pickle.load(process.stdout)
                yield answer_document(said) if isinstance(said, Reachability) else {"error": said}
        finally:
            process.terminate()


def main() -> None:
    for request in pickle.load(sys.stdin.buffer):
        pickle.dump(_proved(request), sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _proved(request: Request) -> Reachability | str:
    try:
        return next(said for said in proving(request) if not isinstance(said, Progress))
    except LabError as error:
        return str(error)


if __name__ == "__main__":
    main()
