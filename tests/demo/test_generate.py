from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.demo.generate import DESCRIPTION, FACTS, generate, main
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.model.firewall import Firewall
from backend.model.network import Attachment, Network, Router
from backend.model.route import Route


@pytest.fixture(scope="module")
def read() -> Network:
    reading = read_directory(FACTS)
    assert [str(each) for each in reading.diagnostics] == []
    return reading.network


@pytest.fixture(scope="module")
def described() -> Network:
    return read_description(DESCRIPTION.read_text("utf-8"), DESCRIPTION.name)


def pairs(described: Network, read: Network) -> Iterator[tuple[Router, Router]]:
    by_name = {router.name: router for router in read.routers}
    assert sorted(by_name) == sorted(router.name for router in described.routers)
    for router in described.routers:
        yield router, by_name[router.name]


def routes(router: Router) -> set[tuple[object, ...]]:
    # A router of another make tells its main table alone.
    tables = [table for table in router.tables if router.kind == "linux" or table.name == "main"]
    return {_key(route) for table in tables for route in table.routes}


def _key(route: Route) -> tuple[object, ...]:
    place = route.prefix, route.kind, route.table, route.tos, route.metric, route.next_hops
    return *place, route.protocol, route.scope, route.src


def test_the_network_is_as_large_and_as_varied_as_a_demo_has_to_be(read: Network) -> None:
    sites = {router.location.name for router in read.routers if router.location}
    assert len(read.routers) >= 10
    assert len(sites) == 3
    assert all(router.location and router.location.latitude for router in read.routers)
    assert sum(router.kind != "linux" for router in read.routers) == 1
    assert sum("gateway" in router.roles for router in read.routers) >= 3
    assert len(read.hosts) >= 8
    names = {interface.name for router in read.routers for interface in router.interfaces}
    assert {"wg0", "tun0", "bond0", "br0", "eth1.20", "wlan0"} <= names


def test_the_facts_say_the_routes_that_are_described(described: Network, read: Network) -> None:
    for wanted, found in pairs(described, read):
        assert routes(found) == routes(wanted), wanted.name


def test_the_facts_say_the_policy_rules_that_are_described(described: Network, read: Network) -> None:
    for wanted, found in pairs(described, read):
        if wanted.kind == "linux":
            said = [(each.family, each.text.replace("\t", " ")) for each in found.policy_rules]
            assert said == [(each.family, each.text) for each in wanted.policy_rules], wanted.name


def test_the_facts_say_the_interfaces_and_addresses_that_are_described(described: Network, read: Network) -> None:
    for wanted, found in pairs(described, read):
        assert interfaces(found) == interfaces(wanted), wanted.name


def interfaces(router: Router) -> dict[str, tuple[object, ...]]:
    return {
        each.name: (each.index, each.mtu, each.mac, each.is_up, each.has_carrier, frozenset(each.addresses))
        for each in router.interfaces
    }


def test_the_facts_say_the_settings_that_are_described(described: Network, read: Network) -> None:
    for wanted, found in pairs(described, read):
        if wanted.kind == "linux":
            assert dict(found.sysctls) == dict(wanted.sysctls), wanted.name


def test_the_facts_say_the_firewalls_that_are_described(described: Network, read: Network) -> None:
    for wanted, found in pairs(described, read):
        assert rules(found.firewall) == rules(wanted.firewall), wanted.name
        assert sets(found.firewall) == sets(wanted.firewall), wanted.name


def rules(firewall: Firewall) -> set[tuple[object, ...]]:
    return {
        (ruleset.family, table.name, chain.name, chain.policy, tuple((r.matches, r.target) for r in chain.rules))
        for ruleset in (firewall.ipv4, firewall.ipv6)
        if ruleset is not None
        for table in ruleset.tables
        for chain in table.chains
    }


def sets(firewall: Firewall) -> dict[str, tuple[str, frozenset[tuple[object, ...]]]]:
    return {
        each.name: (each.type, frozenset((entry.elements, entry.is_nomatch) for entry in each.entries))
        for each in firewall.sets or ()
    }


def test_the_same_interfaces_share_a_segment(described: Network, read: Network) -> None:
    assert members(read) == members(described)


def members(network: Network) -> set[tuple[Attachment, ...]]:
    return {tuple(sorted(segment.members)) for segment in network.segments}


def test_hosts_and_places_are_those_described(described: Network, read: Network) -> None:
    assert read.hosts == described.hosts
    for wanted, found in pairs(described, read):
        assert (found.location, found.roles, found.kind) == (wanted.location, wanted.roles, wanted.kind)


@pytest.mark.root
@pytest.mark.serial
def test_generating_again_gives_the_committed_files() -> None:
    committed = {file.name: file.read_text("utf-8") for file in FACTS.iterdir()}
    generated = generate()
    assert sorted(generated) == sorted(committed)
    for name, text in generated.items():
        assert text.splitlines() == committed[name].splitlines(), name


@pytest.mark.root
@pytest.mark.serial
def test_check_names_what_differs_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old_facts.txt").write_text("old")
    (tmp_path / "hosts.toml").write_text("# mine\n")
    assert main(["--check", "-o", str(tmp_path)]) == 1
    assert {"hosts.toml: differs", "old_facts.txt: differs"} <= set(capsys.readouterr().out.splitlines())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["hosts.toml", "old_facts.txt"]
    assert main(["-o", str(tmp_path)]) == 0
    assert "old_facts.txt: removed" in capsys.readouterr().out
    assert main(["--check", "-o", str(tmp_path)]) == 0
