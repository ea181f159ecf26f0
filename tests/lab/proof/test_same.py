"""The same test gives the same answer every time, on the demo network: NAT, marks, equal-cost paths, limits."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path

import pytest

import backend.demo
from backend.facts import read_directory
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability
from backend.wire.answer import answer_document
from backend.wire.services import read_services
from tests.thorough import times

pytestmark = [pytest.mark.root, pytest.mark.serial]
DEMO = Path(backend.demo.__file__).parent / "facts"
SERVICES = "22,80,443,5432,53/udp,icmp"


def told(request: Request) -> str:
    *_, found = proving(request)
    assert isinstance(found, Reachability)
    return json.dumps(answer_document(found), indent=1)


@pytest.mark.parametrize(
    ("source", "destination", "count"),
    [
        ("10.1.1.50", "10.3.20.10", 50),
        ("10.1.1.50", "8.8.8.8", times(50, 10)),
        ("10.1.50.100", "10.3.10.10", times(50, 10)),
    ],
)
def test_the_same_test_gives_the_same_answer_every_time(source: str, destination: str, count: int) -> None:
    network = read_directory(DEMO).network
    request = Request(network, ip_address(source), ip_address(destination), read_services(SERVICES))
    with ThreadPoolExecutor(2) as pool:
        answers = Counter(pool.map(told, [request] * (count // 2)))
    answers += Counter(told(request) for _ in range(count // 2))
    assert list(answers.values()) == [count], first_difference(*list(answers)[:2])


def first_difference(one: str, other: str = "") -> list[tuple[str, str]]:
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    return [(a, b) for a, b in lines if a != b][:5]
