"""And beside the simulator, which must never see a packet where the extent does not: on many random networks."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from random import Random

import pytest

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.lab.error import LabError
from backend.lab.plan.extent import FEW, Extent, extent
from backend.lab.plan.place import place_source
from backend.lab.plan.survey import Survey
from backend.model.flow import Flow
from backend.model.network import Network
from backend.model.verdict import Verdict
from backend.sim import compile_network, trace
from tests import scenario
from tests.oracle.meshes import random_mesh

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
routes = [
    "10.2.0.0/16 via 10.0.0.2", "10.2.0.0/16 via 10.0.0.3 table 7", "10.3.0.0/16 via 10.0.0.3",
    "10.4.0.0/16 via 10.0.0.4", "10.5.0.0/16 via 10.0.0.2", "10.6.0.0/16 dev core", "10.8.0.0/16 dev ppp0",
    "10.7.0.0/16 via 10.0.0.2",
    "default via 203.0.113.1",
]
rules = ["fwmark 1 lookup 7"]
iptables = '''
{nat}
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.1/24"]
[[router.interface]]
name = "wan"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "ppp0"
tunnel = true
[[router]]
name = "two"
routes = ["default via 10.0.0.1", "10.5.0.0/16 via 10.2.0.77", "10.2.0.0/16 via 10.0.0.4 table 9",
          "10.7.0.0/16 via 10.2.0.88"]
rules = ["from 10.77.0.0/16 lookup 9"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.2/24"]
[[router.interface]]
name = "lan"
addresses = ["10.2.0.1/24"]
[[router.interface]]
name = "down0"
up = false
addresses = ["10.2.0.88/32"]
[[router]]
name = "three"
routes = ["10.1.0.0/16 via 10.0.0.1", "10.2.0.0/16 via 10.0.0.2"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.3/24"]
[[router.interface]]
name = "lan"
addresses = ["10.3.0.1/24"]
[[router]]
name = "four"
routes = ["default via 10.0.0.3"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.4/24"]
[[router.interface]]
name = "lan"
addresses = ["10.4.0.1/24"]
"""


def found(destination: str, nat: str = "", source: str = "10.1.0.50") -> Extent:
    rules = f"*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n{nat}\nCOMMIT" if nat else ""
    survey = Survey(read_description(TEXT.format(nat=rules), "x.toml"))
    one, other = ip_address(source), ip_address(destination)
    return extent(survey, one, other, place_source(survey, one, other).start)


def landings(extent: Extent) -> set[tuple[str, str]]:
    return {(f"{each.at.router} {each.at.interface}", str(each.address)) for each in extent.landings}


def test_every_table_counts_and_the_way_back() -> None:
    assert found("10.2.0.50").routers == ("gw", "two", "three")
    assert found("10.4.0.50").routers == ("gw", "three", "four"), "the answer of four goes by three"


def test_hosts_are_found_on_their_links() -> None:
    assert landings(found("10.2.0.50")) == {("gw lan", "10.1.0.50"), ("two lan", "10.2.0.50")}
    assert ("four core", "10.6.0.9") in landings(found("10.6.0.9")), "although no subnet covers it"
    assert ("gw ppp0", "10.8.0.9") in landings(found("10.8.0.9"))
    assert landings(found("10.3.0.1")) == {("gw lan", "10.1.0.50")}, "a router's own address is no host"


def test_a_next_hop_that_nobody_has_is_an_exit() -> None:
    (exit_,) = found("10.5.1.1").exits
    assert (exit_.router, exit_.interface, str(exit_.via), exit_.is_internet) == ("two", "lan", "10.2.0.77", False)
    (exit_,) = found("192.0.2.1").exits
    assert (exit_.router, exit_.interface, exit_.is_internet) == ("gw", "wan", True)


def test_a_next_hop_that_is_down_is_no_exit() -> None:
    assert found("10.7.1.1").exits == ()


def test_a_translated_source_may_ask_for_other_tables() -> None:
    assert "four" not in found("10.2.0.50").routers
    assert "four" in found("10.2.0.50", "-A POSTROUTING -j SNAT --to-source 10.77.0.1").routers


def test_a_translated_destination_leads_elsewhere() -> None:
    extent = found("10.3.0.50", "-A PREROUTING -p tcp -j DNAT --to-destination 10.4.0.60")
    assert "four" in extent.routers
    assert ("four lan", "10.4.0.60") in landings(extent)
    assert set(map(str, extent.destinations)) == {"10.3.0.50", "10.4.0.60"}
    assert "four" not in found("10.3.0.50", "-A PREROUTING -i wan -j DNAT --to-destination 10.4.0.60").routers


def test_of_a_large_range_some_stand_for_all_and_every_router() -> None:
    extent = found("10.3.0.50", "-A PREROUTING -p tcp -j DNAT --to-destination 10.4.0.0-10.4.255.255")
    assert len([each for each in landings(extent) if each[0] == "four lan"]) == FEW - 1, "one of them is the router"
    assert "four" in extent.routers


def test_who_may_get_what_is_for_others() -> None:
    assert found("10.3.0.50", "-A PREROUTING -p tcp -j REDIRECT --to-ports 80").answering == ("gw",)


def test_from_the_internet_only_outside_addresses_are_reached() -> None:
    assert found("203.0.113.2", source="192.0.2.1").routers == ("gw",)
    assert found("10.2.0.50", source="192.0.2.1").routers == ()
    assert "gw" in found("203.0.113.5", source="192.0.2.1").routers, "a host beside it"


def networks() -> Iterator[tuple[str, Network]]:
    yield "demo", read_directory(Path(backend.demo.__file__).parent / "facts").network
    yield from ((name, scenario.load(name).network) for name in scenario.names())
    yield from ((f"mesh {seed}", read_description(random_mesh(Random(seed)), "mesh")) for seed in range(12))


@pytest.mark.parametrize("network", [pytest.param(network, id=name) for name, network in networks()])
def test_the_simulator_sees_no_packet_outside_of_the_extent(network: Network) -> None:
    compiled, survey = compile_network(network), Survey(network)
    for flow in random_flows(network, Random(7), 60):
        try:
            start = place_source(survey, flow.source, flow.destination).start
        except LabError:
            continue
        reached = extent(survey, flow.source, flow.destination, start)
        branches = trace(compiled, flow).branches
        if any(branch.verdict is Verdict.ACCEPTED for branch in branches):
            branches += trace(compiled, Flow(flow.destination, flow.source, flow.protocol)).branches
        for branch in branches:
            assert {hop.name for hop in branch.hops if hop.is_router} <= set(reached.routers), flow


def random_flows(network: Network, chance: Random, count: int) -> Iterator[Flow]:
    survey = Survey(network)
    own = [a.address for router in network.routers for i in router.interfaces for a in i.addresses]
    near = [
        prefix[chance.randint(1, 9)] for each in network.segments for prefix in each.prefixes if prefix.prefixlen < 28
    ]
    hosts = [entry.address for host in network.hosts for entry in host.addresses]
    far = [ip_address(text) for text in ("192.0.2.7", "172.16.3.3", "2001:db8:ffff::7", "2001:db8:ffff::8")]
    everybody = [each for each in (*hosts * 3, *own, *near, *far) if not each.is_loopback and not each.is_link_local]
    for _ in range(count):
        one = chance.choice(everybody)
        other = chance.choice([each for each in everybody if each.version == one.version and each != one])
        homes = [{home.name for home in survey.homes(each.version, int(each))} for each in (one, other)]
        if not homes[0] & homes[1]:  # otherwise the simulator asks no router, whichever subnets the two have
            mark, tos = chance.choice([0, 1, 2, 16]), chance.choice([0, 0, 8, 16])
            yield Flow(one, other, chance.choice([6, 17]), 1024, chance.choice([22, 53, 33000]), mark, tos)
