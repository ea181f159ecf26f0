"""Random networks, random expectations: what a check says of whole prefixes, against addresses asked one by one.

python -m tests.fuzz.policies [SEED]     one seed again; else new ones for FUZZ_SECONDS
"""

import sys
from collections.abc import Iterator
from random import Random

from backend.facts.description import read_description
from backend.model.flow import Service
from backend.model.network import Network
from backend.policy.check import Checked, Checker
from backend.policy.deciding import State, judged
from backend.policy.error import PolicyError
from backend.policy.expectation import Expectation, Ports
from backend.policy.kind import Kind, World
from backend.policy.span import Span, address_at
from backend.sim import Question, compile_network
from backend.sim.probe import FIRST_PORT
from backend.sim.reach import outcome
from tests.fuzz import _seeds
from tests.oracle.networks import random_network
from tests.policy.grounds import LINKS

ROUTERS, QUESTIONS, HIGHEST = 6, 200, 120
LEFT, RIGHT = "10.1.0", "10.2.0"
FIREWALL = """
[network]
name = "firewall"
[[router]]
name = "fw"
routes = [{routes}]
rules = [{rules}]
ipset = '''
{sets}
'''
iptables = '''
*nat
:PREROUTING ACCEPT
:POSTROUTING ACCEPT
{nat}
COMMIT
*filter
:INPUT ACCEPT
:FORWARD {policy}
:OUTPUT ACCEPT
:user -
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
{forward}
COMMIT
'''
{links}"""


def random_text(seed: int) -> str:
    chance = Random(seed)
    return random_network(chance, ROUTERS) if chance.random() < 0.3 else random_firewall(chance)


def random_firewall(chance: Random) -> str:
    forward = [_rule(chance) for _ in range(chance.randint(1, 10))]
    forward += [f"-A user -s {_prefix(chance, LEFT)} -j {chance.choice(('ACCEPT', 'DROP'))}" for _ in range(3)]
    routes = {
        f"{chance.choice(('blackhole', 'prohibit'))} {_prefix(chance, RIGHT)}" for _ in range(chance.randrange(3))
    }
    rules = [
        f"from {_prefix(chance, LEFT)}{_of_port(chance)} prohibit priority {at + 9}"
        for at in range(chance.randrange(3))
    ]
    return FIREWALL.format(
        links=LINKS,
        routes=", ".join(map(repr, ["default via 192.0.2.1 dev c", *sorted(routes)])),
        rules=", ".join(map(repr, rules)),
        sets="\n".join(_sets(chance)),
        nat="\n".join(_translations(chance)),
        policy=chance.choice(("ACCEPT", "DROP")),
        forward="\n".join(forward),
    )


def _prefix(chance: Random, base: str) -> str:
    length = chance.randint(24, 32)
    return f"{base}.{chance.randrange(256) >> 32 - length << 32 - length}/{length}"


def _of_port(chance: Random) -> str:
    return chance.choice(("", f" ipproto tcp dport {_port(chance)}"))


def _port(chance: Random) -> int:
    return chance.randint(1, HIGHEST)


def _rule(chance: Random) -> str:
    words = ["-A FORWARD"]
    for option, base in (("-s", LEFT), ("-d", RIGHT)):
        if chance.random() < 0.3:
            words.append(f"{chance.choice(('', '! '))}{option} {_prefix(chance, base)}")
    protocol = chance.choice(("tcp", "udp", ""))
    if protocol:
        low = _port(chance)
        words += [f"-p {protocol}", *([f"-m {protocol} --dport {low}:{low + 30}"] if chance.random() < 0.6 else [])]
    if chance.random() < 0.2:
        low = chance.randrange(256)
        words.append(f"-m iprange --src-range {LEFT}.{low}-{LEFT}.{chance.randint(low, 255)}")
    if chance.random() < 0.3:
        words.append(f"-m set --match-set nets {chance.choice(('src', 'dst'))}")
    if chance.random() < 0.2:
        words.append(f"-m set --match-set pairs {chance.choice(('src,dst', 'dst,dst'))}")
    return " ".join([*words, "-j", chance.choice(("ACCEPT", "DROP", "REJECT", "user"))])


def _sets(chance: Random) -> Iterator[str]:
    yield "create nets hash:net family inet"
    for prefix in {_prefix(chance, chance.choice((LEFT, RIGHT))) for _ in range(6)}:
        yield f"add nets {prefix}{chance.choice(('', ' nomatch'))}"
    yield "create pairs hash:net,port family inet"
    for prefix in {_prefix(chance, chance.choice((LEFT, RIGHT))) for _ in range(6)}:
        yield f"add pairs {prefix},{chance.choice(('tcp', 'udp'))}:{_port(chance)}"


def _translations(chance: Random) -> Iterator[str]:
    if chance.random() < 0.5:
        to = f"{RIGHT}.{chance.randint(2, 254)}"
        match = f"-d {_prefix(chance, RIGHT)} -p tcp -m tcp --dport {_port(chance)}"
        yield f"-A PREROUTING {match} -j DNAT --to-destination {to}"
    if chance.random() < 0.4:
        target = chance.choice(("MASQUERADE", "SNAT --to-source 10.2.0.1"))
        yield f"-A POSTROUTING -s {_prefix(chance, LEFT)} -j {target}"


def check(text: str, seed: int) -> list[str]:
    chance = Random(seed)
    network = read_description(text, f"seed {seed}")
    world = World(network, compile_network(network))
    expected = Expectation(
        _side(network, chance, LEFT),
        _side(network, chance, RIGHT),
        services=(Ports("tcp", 1, HIGHEST), Ports("udp", 1, HIGHEST), Ports("icmp")),
        is_to_reach=chance.random() < 0.5,
        text=f"seed {seed}",
    )
    try:
        checked = Checker(world).check(expected)
    except PolicyError:
        return []  # of nobody, or too many
    return list(filter(None, (_difference(world, checked, chance) for _ in range(QUESTIONS))))


def _side(network: Network, chance: Random, base: str) -> tuple[str, ...]:
    if network.name == "firewall":
        return (f"{base}.0/24",)
    found = [each.prefix for router in network.routers for port in router.interfaces for each in port.addresses]
    return (str(chance.choice([prefix for prefix in found if prefix.version == 4 and not prefix.is_loopback])),)


def _difference(world: World, checked: Checked, chance: Random) -> str:
    expected = checked.expectation
    cell = chance.choice(checked.examples)
    ends = [_any(chance, side.spans) for side in (cell.source, cell.destination)]
    ports = chance.choice(expected.services)
    service = Service(ports.protocol, chance.randint(ports.low, ports.high))
    kinds = {world.kind(cell.family, end) for end in ends}
    if ends[0] == ends[1] or Kind.NOBODY in kinds:
        return ""
    source, destination = (address_at(cell.family, end) for end in ends)
    verdict, _, _ = outcome(world.compiled, Question(source, destination, (service,)), service, FIRST_PORT)
    state, said = judged(verdict, expected.is_to_reach), _said(checked, ends, service)
    # What areas cannot follow is said to be open, whatever it is.
    return "" if said in (state, State.OPEN) else f"{source} → {destination} {service}: {verdict}, but {said}"


def _any(chance: Random, spans: tuple[Span, ...]) -> int:
    span = chance.choice(spans)
    return chance.choice((span.low, span.high, chance.randint(span.low, span.high)))


def _said(checked: Checked, ends: list[int], service: Service) -> State:
    for each in checked.findings:
        sides = zip(ends, (each.sources, each.destinations), strict=True)
        has = all(any(span.low <= end <= span.high for span in spans) for end, spans in sides)
        if has and any(p.protocol == service.protocol and p.low <= service.port <= p.high for p in each.services):
            return each.found.state
    return State.KEPT


def main(words: list[str]) -> int:
    count = _seeds.run("policies", random_text, check, words)
    if count is None:
        return 1
    print(f"policies: {count} networks, {count * QUESTIONS} questions, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
