"""Hosts by hand, in a lab that stands."""

import os
from pathlib import Path
from typing import Any

import pytest

from backend.lab.hand.client import ask
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import AddHost, ListHosts, Ping, RemoveHost, StartServices, Status, TryServices
from backend.model.flow import Service

pytestmark = [pytest.mark.root, pytest.mark.serial]
HTTP = (Service("tcp", 80),)


def replies(directory: Path, source: str, destination: str, family: int | None = None) -> int:
    document: dict[str, Any] = ask(directory, Ping(source, destination, 3, family=family))  # type: ignore[arg-type]
    return int(document["received"])


def test_a_host_that_joins_is_reached_and_reaches_others(directory: Path) -> None:
    added = ask(directory, AddHost("w", ("10.2.0.77", "2001:db8:2::77")))
    try:
        assert added["addresses"] == ["10.2.0.77/24", "2001:db8:2::77/64"]
        assert (added["segment"], added["on"]) == ("right", "r3:eth0")
        for family in (4, 6):
            assert replies(directory, "a", "w", family) == 3
            assert replies(directory, "w", "a", family) == 3
            assert replies(directory, "b", "w", family) == 3, "on the same segment"
    finally:
        ask(directory, RemoveHost("w"))


def test_where_two_ends_are_a_third_one_joins(directory: Path) -> None:
    ask(directory, AddHost("w", ("10.0.0.77/24",), ("10.0.0.2",), on="r2:eth0"))
    try:
        assert replies(directory, "w", "b") == 3
        assert replies(directory, "w", "10.0.0.1") == 3
    finally:
        ask(directory, RemoveHost("w"))


def test_its_kernel_is_set_as_that_of_every_other_machine(directory: Path) -> None:
    """It sends from a new IPv6 address at once, without a look for duplicates."""
    for number in range(3):
        ask(directory, AddHost("w", (f"2001:db8:1::{number + 7}",)))
        assert replies(directory, "w", "2001:db8:1::1") == 3
        ask(directory, RemoveHost("w"))


def namespaces(directory: Path) -> set[str]:
    files = Path(f"/proc/{ask(directory, Status())['pid']}/fd")
    return {each for each in (os.readlink(file) for file in files.iterdir()) if each.startswith("net:")}


def test_one_that_leaves_is_gone_with_its_services_and_another_may_take_its_address(directory: Path) -> None:
    before = namespaces(directory)
    for name in ("w1", "w2", "w3"):
        ask(directory, AddHost(name, ("10.2.0.77",)))
        assert replies(directory, "a", "10.2.0.77") == 3
        ask(directory, StartServices(name, HTTP))
        assert ask(directory, TryServices("a", name, HTTP))["reached"]
        assert ask(directory, RemoveHost(name))["stopped"] == ["80/tcp"]
        assert replies(directory, "a", "10.2.0.77") == 0
    status = ask(directory, Status())
    assert (status["hosts"], status["services"]) == ([], [])
    assert namespaces(directory) == before


def test_all_hosts_are_listed(directory: Path) -> None:
    ask(directory, AddHost("w", ("10.2.0.77",)))
    hosts = ask(directory, ListHosts())["hosts"]
    assert [(each["name"], each["by_hand"]) for each in hosts] == [
        ("a", False),
        ("b", False),
        ("c", False),
        ("w", True),
    ]
    ask(directory, RemoveHost("w"))
    assert len(ask(directory, ListHosts())["hosts"]) == 3


def test_what_was_not_added_cannot_be_removed(directory: Path) -> None:
    for name, text in (("b", "b was not added by hand"), ("x", "x is no host of this lab")):
        with pytest.raises(UsageError, match=text):
            ask(directory, RemoveHost(name))
    assert replies(directory, "a", "b") == 3


def test_a_host_that_is_refused_leaves_nothing(directory: Path) -> None:
    before = ask(directory, Status())["machines"]
    with pytest.raises(UsageError, match="no segment of this lab covers"):
        ask(directory, AddHost("w", ("192.168.1.1",)))
    assert ask(directory, Status())["machines"] == before
