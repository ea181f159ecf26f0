"""Labs of single flows: only the routers that `extent` names, and machines placed around them. Real traceroutes through
them show the simulated path as those through the whole network do."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from backend.lab.error import LabError
from backend.lab.lab import Lab
from backend.lab.plan.flow import plan_flow
from backend.lab.plan.survey import Survey
from backend.model.address import Address
from backend.model.network import Network
from backend.sim import CompiledNetwork, compile_network, trace
from tests.oracle.paths import INTERNET, UNLIMITED, Probe, is_expected, names_of, traceroute, udp

Pair = tuple[Address, Address]
NOWHERE = "the source has no place"


def flow_differences(network: Network, pairs: Sequence[Pair]) -> tuple[list[str], int]:
    """What differs from the simulation, in words, and how many flows had a lab of their own.

    Where much goes on, an answer may come too late; so what differs is asked again alone.
    """
    compiled, survey = compile_network(network), Survey(network)
    with ThreadPoolExecutor(6) as pool:  # most of the time nobody answers
        found = list(pool.map(lambda pair: list(_differences(compiled, survey, *pair)), pairs))
    placed = [(pair, each) for pair, each in zip(pairs, found, strict=True) if each != [NOWHERE]]
    again = [text for pair, each in placed if each for text in _differences(compiled, survey, *pair)]
    return again, len(placed)


def _differences(network: CompiledNetwork, survey: Survey, source: Address, destination: Address) -> Iterator[str]:
    try:
        flow = plan_flow(survey, source, destination)
    except LabError:
        yield NOWHERE
        return
    probe = Probe(flow.source.name, source, destination, trace(network, udp(source, destination)))
    owner = _owners(survey.network)
    for machine in flow.destinations:
        owner = dict.fromkeys(machine.addresses, machine.name) | owner
    with Lab(flow.plan) as lab:
        for router in flow.routers:
            lab.run(router, ["sh", "-c", UNLIMITED])
        path = traceroute(lab, probe, owner)
    ways = [names_of(branch) for branch in probe.expected.branches]
    is_good = is_expected(network, probe, path)
    if flow.source.is_outside:  # where nobody knows whether answers arrive
        is_good = path in [[name for name in way if name != INTERNET] for way in ways]
    if not is_good:
        verdicts = [branch.verdict.value for branch in probe.expected.branches]
        yield f"{source} -> {destination}: {path}, but expected {ways} {verdicts}"


def _owners(network: Network) -> dict[Address, str]:
    owner = {a.address: r.name for r in network.routers for i in r.interfaces for a in i.addresses}
    return owner | {a.address: h.name for h in network.hosts for a in h.addresses}


def random_pairs(network: Network, chance: Random, count: int) -> Iterator[Pair]:
    """Between hosts, known or not, of different segments, and to routers and addresses that nobody has."""
    survey = Survey(network)
    # A tunnel between two routers has no room for a host.
    shared = [each for each in network.segments if all(survey.interfaces[at].has_neighbors for at in each.members)]
    subnets = [prefix for each in shared for prefix in each.prefixes if prefix.prefixlen in (24, 64)]
    hosts = [entry.address for host in network.hosts for entry in host.addresses]
    hosts += [prefix[77] for prefix in subnets]
    ends = hosts * 3 + [a.address for r in network.routers for i in r.interfaces for a in i.addresses if i.is_up]
    ends = [each for each in ends if not each.is_loopback and not each.is_link_local]
    while count:
        one = chance.choice(hosts)
        other = chance.choice([each for each in ends if each.version == one.version])
        homes = [{home.name for home in survey.homes(each.version, int(each))} for each in (one, other)]
        if not homes[0] & homes[1]:
            count -= 1
            yield one, other
