"""`network` and `facts`, as a person types them; what concerns a lab is in test_lab."""

import pytest

from backend.cli.command import Answer
from backend.cli.error import UsageError
from tests.cli import playing
from tests.cli.networks import small


def ask(line: str) -> Answer:
    return playing.ask(line, small())


def test_the_network_and_its_facts() -> None:
    assert "host pc: 10.0.1.50" in ask("network").text
    assert [router["name"] for router in ask("network -j").document["routers"]] == ["gw-a", "gw-b"]
    facts = ask("facts -j").document
    assert facts["routers"] == ["gw-a", "gw-b"]
    assert "2 routers" in ask("facts").text


def test_the_plan_of_a_lab() -> None:
    lines = ask("network plan").text.splitlines()
    assert "gw-a: netns add gw-a" in lines
    assert "gw-a: address add 10.0.1.1/24 broadcast 10.0.1.255 scope global dev eth0" in lines
    operations = ask("network plan -j").document["operations"]
    assert {"kind": "MakeNamespace", "namespace": "gw-a", "text": "netns add gw-a"} in operations


def test_routers_are_chosen_for_a_lab_only() -> None:
    with pytest.raises(UsageError, match="goes with `network up` only"):
        ask("network plan --routers gw-a")
