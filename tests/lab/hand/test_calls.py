"""What a lab says of itself, and that it answers one while another one waits."""

import select
import socket
from pathlib import Path

import pytest

from backend.lab.hand import place
from backend.lab.hand.client import ask
from backend.lab.hand.protocol import (
    AddHost,
    ListHosts,
    Mtr,
    Ping,
    RemoveHost,
    StartServices,
    Status,
    StopServices,
    framed,
)
from backend.model.flow import Service
from tests.lab.hand.played import NETWORK
from tests.waiting import is_running

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_the_status_says_what_is_up(directory: Path) -> None:
    status = ask(directory, Status())
    assert (status["success"], status["network"], status["hash"]) == (True, NETWORK.label, NETWORK.hash)
    assert (status["is_whole"], status["is_rootless"], status["backend"]) == (True, False, "legacy")
    assert is_running(status["pid"])
    assert status["since"].endswith("Z")
    machines = {each["name"]: each for each in status["machines"]}
    assert list(machines) == ["r1", "r2", "r3", "a", "b", "c", "internet"]
    assert machines["c"] == {"name": "c", "kind": "host", "addresses": ["10.2.0.51"]}
    assert (status["hosts"], status["services"]) == ([], [])
    assert (status["refusals"], status["omissions"]) == ([], [])


def test_what_came_by_hand_is_in_the_status(directory: Path) -> None:
    ask(directory, AddHost("w", ("10.1.0.9",)))
    ask(directory, StartServices("w", (Service("tcp", 80),)))
    status = ask(directory, Status())
    assert [each["name"] for each in status["hosts"]] == ["w"]
    assert status["services"] == [{"machine": "w", "services": ["80/tcp"]}]
    assert ask(directory, StopServices("10.1.0.9"))["machine"] == "w"
    ask(directory, RemoveHost("w"))


def test_every_answer_names_the_network(directory: Path) -> None:
    for asked in (Status(), ListHosts(), Ping("a", "b", 1), Mtr("a", "b", count=1)):
        document = ask(directory, asked)
        assert (document["success"], document["network"]) == (True, NETWORK.label)


def test_others_are_answered_while_one_waits(directory: Path) -> None:
    with socket.socket(socket.AF_UNIX) as waiting, place.address(directory) as short:
        waiting.connect(short)
        waiting.sendall(framed(Ping("a", "b", 2, 50.0)))
        answered = [ask(directory, Ping("a", "b", 3)) for _ in range(20)]
        assert {each["received"] for each in answered} == {3}
        assert select.select([waiting], [], [], 0)[0] == [], "it has not been answered meanwhile"
