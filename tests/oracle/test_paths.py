"""Real traceroutes through the demo network and every scenario, built in namespaces: the path is the one simulated.

The firewalls are left out, since a trace does not evaluate them yet; so are routers' limits on ICMP errors.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct, structs

import backend.demo
from backend.facts import read_directory
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.model.address import Address
from backend.model.firewall import Firewall, Ruleset
from backend.model.flow import Flow
from backend.model.interface import InterfaceAddress
from backend.model.network import Host, Network
from backend.model.trace import Branch, StepKind, Trace
from backend.model.verdict import Verdict
from backend.sim import compile_network, trace
from backend.wire.question import read_question
from tests import scenario

OPEN = Firewall(Ruleset(4), Ruleset(6), (), None, None, None)
DEMO = Path(backend.demo.__file__).parent / "facts"
SEED, PAIRS = 20250621, 150
PORT = 33434
"""The first UDP port that traceroute uses; no policy rule asks for it."""
GOES_ON = frozenset((Verdict.EXITS_NETWORK, Verdict.LOOP, Verdict.NEIGHBOR_UNREACHABLE))
"""Somebody outside may answer after the path, or the same routers again and again."""
ANSWERED = GOES_ON | {Verdict.ACCEPTED, Verdict.NO_ROUTE, Verdict.UNREACHABLE, Verdict.PROHIBITED, Verdict.TTL_EXCEEDED}
"""The router where the path ends answers; with other verdicts it drops the packet in silence."""
SILENT = "*"
INTERNET = "the internet"
"""A hop of the lab that no facts describe."""


class Probe(Struct, frozen=True):
    machine: str
    source: Address
    destination: Address
    expected: Trace


@pytest.mark.root
@pytest.mark.serial
def test_paths_through_the_demo_network() -> None:
    network = without_firewalls(read_directory(DEMO).network)
    walked = walk(network, list(_pairs(network, Random(SEED))))

    assert wrong(walked) == []
    assert sum(is_reached(*each) for each in walked) > PAIRS / 2, "most answer hop by hop, to the last"


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
        probes.append(_probe(network, trace(compiled, _udp(flow.source, flow.destination))))
    assert wrong(walk(network, [probe for probe in probes if probe is not None])) == []


def without_firewalls(network: Network) -> Network:
    return structs.replace(network, routers=tuple(structs.replace(r, firewall=OPEN) for r in network.routers))


def _udp(source: Address, destination: Address) -> Flow:
    return Flow(source, destination, 17, 40000, PORT)


def _pairs(network: Network, chance: Random) -> Iterable[Probe]:
    """Random pairs of hosts, and of a host and a router's address, of both families."""
    compiled = compile_network(network)
    hosts = [a.address for host in network.hosts for a in host.addresses]
    up = [a.address for r in network.routers for i in r.interfaces if i.is_up for a in i.addresses]
    ends = hosts * 3 + [a for a in up if not a.is_loopback and not a.is_link_local]
    for _ in range(PAIRS):
        source = chance.choice(hosts)
        destination = chance.choice([a for a in ends if a.version == source.version and a != source])
        probe = _probe(network, trace(compiled, _udp(source, destination)))
        if probe is not None:
            yield probe


def _probe(network: Network, expected: Trace) -> Probe | None:
    """Sent by whoever has the source address; None where that is nobody in the lab."""
    source = expected.flow.source
    owners = {a.address: host.name for host in network.hosts for a in host.addresses}
    owners |= {a.address: r.name for r in network.routers for i in r.interfaces for a in i.addresses}
    return Probe(owners[source], source, expected.flow.destination, expected) if source in owners else None


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


def walk(network: Network, probes: Sequence[Probe]) -> list[tuple[Probe, list[str]]]:
    """Each probe with the path that its traceroute shows."""
    owner = {a.address: r.name for r in network.routers for i in r.interfaces for a in i.addresses}
    owner |= {a.address: h.name for h in network.hosts for a in h.addresses}
    with Lab(plan(network)) as lab:
        for router in network.routers:
            unlimited = "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit"
            lab.run(router.name, ["sh", "-c", unlimited])
        with ThreadPoolExecutor(8) as pool:
            return list(zip(probes, pool.map(lambda probe: _traceroute(lab, probe, owner), probes), strict=True))


def wrong(walked: Iterable[tuple[Probe, list[str]]]) -> list[str]:
    """The probes whose path is not the simulated one, in words."""
    return [
        f"{probe.source} -> {probe.destination}: {path}, but expected {[_expected(b) for b in probe.expected.branches]}"
        for probe, path in walked
        if not any(_is_as_expected(path, branch) for branch in probe.expected.branches)
    ]


def is_reached(probe: Probe, path: list[str]) -> bool:
    return any(path == _expected(branch) and branch.verdict is Verdict.ACCEPTED for branch in probe.expected.branches)


def _traceroute(lab: Lab, probe: Probe, owner: dict[Address, str]) -> list[str]:
    for hop in probe.expected.branches[0].hops[-1:]:  # a local route may answer for an address that nobody has
        owner = owner | {probe.destination: hop.name}
    family = ["-6"] if probe.source.version == 6 else []
    # A router answers only few packets a second for which it has no route, so those are not sent all at once.
    is_reached = probe.expected.branches[0].verdict is Verdict.ACCEPTED
    at_once = ["-N", "20", "-w", "0.7"] if is_reached else ["-N", "1", "-w", "0.3"]
    longest = max(len(branch.hops) for branch in probe.expected.branches)
    words = ["traceroute", *family, "-n", "-q", "1", *at_once, "-m", str(longest + 2), "-p", str(PORT)]
    done = lab.run(probe.machine, [*words, "-s", str(probe.source), str(probe.destination)])
    found = []
    for line in done.stdout.splitlines()[1:]:
        address = line.split()[1]
        found.append(SILENT if address == SILENT else owner.get(ip_address(address), address))
    while found and found[-1] == SILENT:
        found.pop()
    return found


def _expected(branch: Branch) -> list[str]:
    """Who answers, hop by hop: all that pass the packet on, and where it ends, if that router says so."""
    names = []
    for hop in branch.hops:
        names.append(hop.name)
        if any(step.kind is StepKind.INTERNET for step in hop.steps):
            names.append(INTERNET)
    if branch.hops and branch.hops[0].incoming is None and branch.hops[0].is_router and len(names) > 1:
        names = names[1:]  # the sender does not answer itself
    return names if branch.verdict in ANSWERED else names[:-1]


def _is_as_expected(path: list[str], branch: Branch) -> bool:
    """A router without a way back to the source is silent; whoever does answer must be the one expected there."""
    names = _expected(branch)
    if branch.verdict in GOES_ON:
        path = path[: len(names)]
    elif branch.verdict in ANSWERED and branch.verdict is not Verdict.ACCEPTED:
        # Where the path ends, the router refuses whatever time to live is left; it may have kept silent once.
        names += names[-1:] * (len(path) - len(names))
    fits = (seen in (name, SILENT) or name == INTERNET for seen, name in zip(path, names, strict=False))
    return len(path) <= len(names) and all(fits)
