"""Tests of services, in a lab that stands: what its user reads."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.lab.hand.client import ask
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import StartServices, Status, StopServices, TryServices
from backend.model.flow import Service
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]


@pytest.fixture(autouse=True, scope="module")
def _services(directory: Path) -> Iterator[None]:
    ports = (Service("tcp", 80), Service("tcp", 81), Service("tcp", 82), Service("udp", 83))
    ask(directory, StartServices("b", ports))
    yield
    ask(directory, StopServices("b"))


def services(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {each["service"]: (each["outcome"], each["reason"]) for each in document["services"]}


def test_services_are_told_with_the_reason(directory: Path) -> None:
    asked = tuple(Service(*each) for each in (
        ("tcp", 80), ("tcp", 81), ("tcp", 82), ("udp", 83), ("tcp", 22), ("udp", 53), ("icmp", 0),
    ))  # fmt: skip
    document = ask(directory, TryServices("a", "b", asked))
    found = services(document)
    assert not document["reached"]
    assert found["80/tcp"] == ("answered", "")
    assert found["icmp"] == ("answered", "")
    assert found["81/tcp"] == ("silent", "no answer: dropped on the way there or back; `prove` tells where")
    assert found["82/tcp"] == ("refused", "reset, although the service runs there: by something on the way")
    assert found["83/udp"] == ("failed", "administratively prohibited, says r2 (10.0.0.2)")
    assert found["22/tcp"][0] == "refused"
    assert "`service start b 22/tcp` does" in found["22/tcp"][1]
    assert found["53/udp"] == ("refused", "port unreachable, says b (10.2.0.50)")


def test_a_host_that_nobody_is_is_told_by_its_router(directory: Path) -> None:
    found = services(ask(directory, TryServices("a", "10.2.0.98", (Service("tcp", 80), Service("icmp", 0)))))
    assert set(found.values()) == {("failed", "host unreachable, says r3 (10.9.0.2)")}


def test_services_of_who_has_no_way_there(directory: Path) -> None:
    found = services(ask(directory, TryServices("r2", "10.66.0.1", (Service("tcp", 80),))))
    assert found == {"80/tcp": ("failed", "not sent: Network is unreachable")}


def test_tests_may_be_repeated_for_ever(directory: Path) -> None:
    """No connection of an earlier one stays open, and no port is taken."""
    files = f"/proc/{ask(directory, Status())['pid']}/fd"
    before = len(os.listdir(files))
    assert all(ask(directory, TryServices("c", "b", (Service("tcp", 80),)))["reached"] for _ in range(300))
    wait_for(lambda: len(os.listdir(files)) <= before, "the connections to be closed")


def test_who_does_not_exist_is_named(directory: Path) -> None:
    with pytest.raises(UsageError, match="source: 'x' is neither"):
        ask(directory, TryServices("x", "b", (Service("tcp", 1),)))
