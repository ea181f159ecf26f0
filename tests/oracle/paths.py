"""Real traceroutes through a network in namespaces, beside the path that is simulated.

The firewalls are left out, since a trace does not evaluate them yet; so are routers' limits on ICMP errors.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from itertools import zip_longest
from random import Random

from msgspec import Struct, structs

from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.model.address import Address
from backend.model.firewall import Firewall, Ruleset
from backend.model.flow import Flow
from backend.model.network import Network
from backend.model.trace import Branch, StepKind, Trace
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, compile_network, trace
from tests.oracle.replies import answers_arrive

OPEN = Firewall(Ruleset(4), Ruleset(6), (), None, None, None)
PORT = 33434
"""The first UDP port that traceroute uses; no policy rule of the demo network asks for it."""
GOES_ON = frozenset((Verdict.EXITS_NETWORK, Verdict.LOOP, Verdict.NEIGHBOR_UNREACHABLE))
"""Somebody outside may answer after the path, or the same routers again and again."""
ANSWERED = GOES_ON | {Verdict.ACCEPTED, Verdict.NO_ROUTE, Verdict.UNREACHABLE, Verdict.PROHIBITED, Verdict.TTL_EXCEEDED}
"""The router where the path ends answers; with other verdicts it drops the packet in silence."""
SILENT = "*"
INTERNET = "the internet"
"""A hop of the lab that no facts describe."""
UNLIMITED = "cd /proc/sys/net; echo 0 > ipv4/icmp_ratemask; echo 0 > ipv4/icmp_ratelimit; echo > ipv6/icmp/ratemask"
ELSEWHERE = {4: ip_address("192.0.2.77"), 6: ip_address("2001:db8:ffff::77")}


class Probe(Struct, frozen=True):
    machine: str
    source: Address
    destination: Address
    expected: Trace


class Place(Struct, frozen=True):
    """One answer that is expected."""

    name: str
    seen: frozenset[bool]
    """Whether it comes back: one of these."""


def differences(network: Network, probes: Sequence[Probe]) -> tuple[list[str], int]:
    """The probes whose path is not the simulated one, in words, and how many answered to the last hop.

    Packets share the routers' neighbour tables: an ARP request that one of them caused and nobody answered holds up
    others. So what differs is asked again alone, with empty tables.
    """
    compiled = compile_network(network)
    owner = {a.address: r.name for r in network.routers for i in r.interfaces for a in i.addresses}
    owner |= {a.address: h.name for h in network.hosts for a in h.addresses}
    found, reached = [], 0
    with Lab(plan(network)) as lab:
        for router in network.routers:
            lab.run(router.name, ["sh", "-c", UNLIMITED])
        with ThreadPoolExecutor(8) as pool:
            paths = list(pool.map(lambda probe: traceroute(lab, probe, owner), probes))
        for probe, path in zip(probes, paths, strict=True):
            reached += any(path == names_of(branch) for branch in probe.expected.branches if _is_accepted(branch))
            if not is_expected(compiled, probe, path):
                for machine in sorted(set(owner.values())):
                    lab.run(machine, ["ip", "neigh", "flush", "all"])
                again = traceroute(lab, probe, owner)
                if not is_expected(compiled, probe, again):
                    expected = [f"{names_of(b)} {b.verdict.value}" for b in probe.expected.branches]
                    found.append(f"{probe.source} -> {probe.destination}: {again}, but expected {expected}")
    return found, reached


def without_firewalls(network: Network) -> Network:
    return structs.replace(network, routers=tuple(structs.replace(r, firewall=OPEN) for r in network.routers))


def udp(source: Address, destination: Address) -> Flow:
    return Flow(source, destination, 17, 40000, PORT)


def probe(network: Network, expected: Trace) -> Probe | None:
    """Sent by whoever has the source address; None where that is nobody in the lab."""
    source = expected.flow.source
    owners = {a.address: host.name for host in network.hosts for a in host.addresses}
    owners |= {a.address: r.name for r in network.routers for i in r.interfaces for a in i.addresses}
    return Probe(owners[source], source, expected.flow.destination, expected) if source in owners else None


def random_probes(network: Network, chance: Random, count: int) -> Iterator[Probe]:
    """Between hosts mostly, and from and to the addresses of routers, of both families."""
    compiled = compile_network(network)
    hosts = [a.address for host in network.hosts for a in host.addresses]
    up = [a.address for r in network.routers for i in r.interfaces if i.is_up for a in i.addresses]
    own = [a for a in up if not a.is_loopback and not a.is_link_local]
    for _ in range(count):
        source = chance.choice(hosts * 2 + own)
        ends = [a for a in (*hosts * 3, *own, ELSEWHERE[source.version]) if a.version == source.version and a != source]
        found = probe(network, trace(compiled, udp(source, chance.choice(ends))))
        if found is not None:
            yield found


def traceroute(lab: Lab, probe: Probe, owner: dict[Address, str]) -> list[str]:
    for branch in filter(_is_accepted, probe.expected.branches):
        # A local route may answer for an address that nobody has.
        owner = owner | {probe.destination: branch.hops[-1].name if branch.hops else probe.machine}
    family = ["-6"] if probe.source.version == 6 else []
    # A router answers only few packets a second for which it has no route, so those are not sent all at once.
    at_once = ["-N", "20", "-w", "0.7"] if _is_accepted(probe.expected.branches[0]) else ["-N", "1", "-w", "0.3"]
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


def _is_accepted(branch: Branch) -> bool:
    return branch.verdict is Verdict.ACCEPTED


def names_of(branch: Branch) -> list[str]:
    return [place.name for place in _places(None, None, branch)]


def _places(network: CompiledNetwork | None, flow: Flow | None, branch: Branch) -> list[Place]:
    """Who answers, hop by hop: all that pass the packet on, and where it ends, if that router says so."""
    places = []
    for at, hop in enumerate(branch.hops):
        seen = frozenset((True, False))
        is_end = at == len(branch.hops) - 1
        if network is not None and flow is not None and (_is_accepted(branch) or not is_end):
            seen = answers_arrive(network, flow, branch, at)
        places.append(Place(hop.name, seen))
        if any(step.kind is StepKind.INTERNET for step in hop.steps):
            places.append(Place(INTERNET, frozenset((True, False))))
    if branch.hops and branch.hops[0].incoming is None and branch.hops[0].is_router and len(places) > 1:
        places = places[1:]  # the sender does not answer itself
    return places if branch.verdict in ANSWERED else places[:-1]


def is_expected(network: CompiledNetwork, probe: Probe, path: list[str]) -> bool:
    branches = probe.expected.branches
    if any("equal-cost ways" in condition for branch in branches for condition in branch.conditions):
        return True  # some were not followed
    return any(_is_of_branch(network, probe, path, branch) for branch in branches)


def _is_of_branch(network: CompiledNetwork, probe: Probe, path: list[str], branch: Branch) -> bool:
    """Who drops a packet for its source may have dropped the ARP request before it. Then the one before it says so."""
    places = _places(network, probe.expected.flow, branch)
    if branch.verdict is Verdict.RPFILTER:
        before = places[-1].name if places else probe.machine
        while len(path) > len(places) and path[-1] == before:
            path = path[:-1]
    return _fits(path, places, branch.verdict)


def _fits(path: list[str], places: list[Place], verdict: Verdict) -> bool:
    """Who answers must be the one expected there, and who is silent one whose answer gets lost."""
    if verdict in GOES_ON:
        path = path[: len(places)]
    elif verdict in ANSWERED and verdict is not Verdict.ACCEPTED:
        # Where the path ends, the router refuses whatever time to live is left; it may have kept silent once.
        places = places + places[-1:] * (len(path) - len(places))
    if len(path) > len(places):
        return False
    return all(
        place.name == INTERNET or (False in place.seen if seen == SILENT else seen == place.name and True in place.seen)
        for seen, place in zip_longest(path, places, fillvalue=SILENT)
        if isinstance(place, Place)
    )
