"""Real traceroutes through the demo network, every scenario and random networks: the path is the one simulated."""

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.model.address import Address
from backend.model.interface import InterfaceAddress
from backend.model.network import Host, Network
from backend.sim import compile_network, trace
from backend.wire.question import read_question
from tests import scenario
from tests.oracle.meshes import random_mesh
from tests.oracle.paths import differences, probe, random_probes, udp, without_firewalls

DEMO = Path(backend.demo.__file__).parent / "facts"
SEED, PAIRS = 20250621, 150
MESHES, PAIRS_OF_MESH = range(3), 40


@pytest.mark.root
@pytest.mark.serial
def test_paths_through_the_demo_network() -> None:
    network = without_firewalls(read_directory(DEMO).network)
    found, reached = differences(network, list(random_probes(network, Random(SEED), PAIRS)))

    assert found == []
    assert reached > PAIRS / 3, "many answer hop by hop, to the last"


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("name", scenario.names())
def test_paths_of_a_scenario(name: str) -> None:
    loaded = scenario.load(name)
    plain = ("source", "destination")
    asked = [flow.question for flow in loaded.flows if set(flow.question) <= set(plain)]
    network = without_firewalls(_with_hosts(loaded.network, asked))
    compiled = compile_network(network)
    probes = []
    for question in asked:
        flow, _ = read_question(network, question)
        probes.append(probe(network, trace(compiled, udp(flow.source, flow.destination))))
    assert differences(network, [each for each in probes if each is not None])[0] == []


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("seed", MESHES)
def test_paths_through_a_random_network(seed: int) -> None:
    network = read_description(random_mesh(Random(seed)), f"mesh {seed}")
    found, reached = differences(network, list(random_probes(network, Random(seed), PAIRS_OF_MESH)))

    assert found == []
    assert reached > PAIRS_OF_MESH / 4, "many answer hop by hop, to the last"


def _with_hosts(network: Network, asked: Sequence[dict[str, str]]) -> Network:
    """And the hosts that the questions speak of, each on the subnet that covers it."""
    known = {a.address for h in network.hosts for a in h.addresses} | {
        a.address for r in network.routers for i in r.interfaces for a in i.addresses
    }
    names = {h.name for h in network.hosts}
    added: dict[str, Host] = {}
    for question in asked:
        for end in (question["source"], question["destination"]):
            if end in names or ip_address(end) in known:
                continue
            entry = _entry(network, ip_address(end))
            if entry is not None:
                added[end] = Host(f"h{len(added)}", (entry,)) if end not in added else added[end]
    return structs.replace(network, hosts=(*network.hosts, *added.values()))


def _entry(network: Network, address: Address) -> InterfaceAddress | None:
    prefixes = [p for segment in network.segments for p in segment.prefixes if address in p and p.prefixlen < 32]
    inside = [p for p in prefixes if address not in (p[0], p[-1])]
    return InterfaceAddress(address, max(p.prefixlen for p in inside)) if inside else None
