"""Services by hand, in a lab that stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.lab.hand.client import ask
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import ListServices, StartServices, StopServices, TryServices
from backend.model.flow import Service

pytestmark = [pytest.mark.root, pytest.mark.serial]
HTTPS, DNS = Service("tcp", 443), Service("udp", 53)


@pytest.fixture(autouse=True)
def _nothing_runs(directory: Path) -> Iterator[None]:
    yield
    for each in ask(directory, ListServices())["services"]:
        ask(directory, StopServices(each["machine"]))


def answers(directory: Path, source: str, destination: str) -> list[str]:
    services = ask(directory, TryServices(source, destination, (HTTPS, DNS)))["services"]
    return [each["outcome"] for each in services]


def test_what_is_started_answers_until_it_is_stopped(directory: Path) -> None:
    assert answers(directory, "a", "b") == ["refused", "refused"]
    assert ask(directory, StartServices("b", (HTTPS, DNS)))["started"] == ["443/tcp", "53/udp"]
    assert answers(directory, "a", "b") == ["answered", "answered"]
    assert ask(directory, StopServices("b", (DNS,)))["stopped"] == ["53/udp"]
    assert answers(directory, "a", "b") == ["answered", "refused"]
    assert ask(directory, StopServices("b"))["stopped"] == ["443/tcp"]
    assert answers(directory, "a", "b") == ["refused", "refused"]


@pytest.mark.parametrize("machine", ["r3", "10.9.0.2"])
def test_a_router_answers_at_each_of_its_addresses_from_that_address(directory: Path, machine: str) -> None:
    assert ask(directory, StartServices(machine, (HTTPS, DNS)))["notes"] == []
    for address in ("10.9.0.2", "10.2.0.1", "2001:db8:2::1"):
        assert answers(directory, "b", address) == ["answered", "answered"]
    assert ask(directory, ListServices())["services"] == [{"machine": "r3", "services": ["443/tcp", "53/udp"]}]


def test_what_runs_already_goes_on(directory: Path) -> None:
    ask(directory, StartServices("b", (HTTPS,)))
    again = ask(directory, StartServices("b", (HTTPS, DNS)))
    assert (again["started"], again["already"]) == (["53/udp"], ["443/tcp"])
    assert answers(directory, "a", "b") == ["answered", "answered"]


def test_what_does_not_run_cannot_be_stopped_and_is_named(directory: Path) -> None:
    ask(directory, StartServices("b", (HTTPS,)))
    stopped = ask(directory, StopServices("b", (HTTPS, DNS)))
    assert (stopped["stopped"], stopped["not_running"]) == (["443/tcp"], ["53/udp"])
    assert ask(directory, StopServices("b"))["stopped"] == []


def test_the_list_is_that_of_one_machine_where_one_is_named(directory: Path) -> None:
    ask(directory, StartServices("b", (HTTPS,)))
    ask(directory, StartServices("c", (DNS,)))
    assert [each["machine"] for each in ask(directory, ListServices())["services"]] == ["b", "c"]
    assert ask(directory, ListServices("c"))["services"] == [{"machine": "c", "services": ["53/udp"]}]
    assert ask(directory, ListServices("a"))["services"] == []


def test_many_at_once(directory: Path) -> None:
    services = tuple(Service("tcp", port) for port in range(2000, 2500))
    ask(directory, StartServices("b", services))
    for _ in range(2):
        assert ask(directory, TryServices("c", "b", services))["reached"]


@pytest.mark.parametrize(
    ("machine", "service", "text"),
    [
        ("x", HTTPS, "machine: 'x' is neither a machine of this lab nor an address"),
        ("b", Service("icmp", 0), "icmp needs no service: every machine answers pings by itself"),
    ],
)
def test_what_cannot_be_started_is_named(directory: Path, machine: str, service: Service, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        ask(directory, StartServices(machine, (service,)))
    assert ask(directory, ListServices())["services"] == []
