import random
from ipaddress import IPv4Address

import pytest

from backend.sim.netfilter.answer import every
from backend.sim.netfilter.connection import State
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.match.fields import Device, Fields, fields
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.scope import Scope
from tests.sim.netfilter.match.asking import ROUTER, ask, meeting, rule

TCP, UDP = ((6, 6),), ((17, 17),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-s 10.0.0.0/8", {"sources": ((0x0A000000, 0x0AFFFFFF),)}),
        ("! -d 10.0.0.0/8", {"destinations": ((0, 0x09FFFFFF), (0x0B000000, 0xFFFFFFFF))}),
        ("-s 10.0.0.1,10.0.0.2", {"sources": ((0x0A000001, 0x0A000002),)}),
        ("-p tcp", {"protocols": TCP}),
        ("! -p tcp", {"protocols": ((0, 5), (7, 255))}),
        ("-p all", {"protocols": ((0, 255),)}),
        ("-i eth0 ! -o ppp+", {"incoming": Device("eth0", False), "outgoing": Device("ppp+", True)}),
        ("-p tcp -m tcp --dport 80", {"protocols": TCP, "destination_ports": ((80, 80),)}),
        ("-p 6 ! --dport 80", {"protocols": TCP, "destination_ports": ((0, 79), (81, 65535))}),
        ("-p udp -m multiport --sports 5,7:9", {"protocols": UDP, "source_ports": ((5, 5), (7, 9))}),
        (
            "-p tcp -m tcp --dport 80:90 -m multiport ! --dports 82:84,90",
            {"protocols": TCP, "destination_ports": ((80, 81), (85, 89))},
        ),
        ("-p tcp -m tcp --dport 80 -m multiport --dports 81", {"protocols": TCP, "destination_ports": ()}),
        ("-m conntrack --ctstate NEW,RELATED", {"states": 12}),
        ("-m state ! --state INVALID", {"states": 78}),
        ("-m comment --comment x", {}),
        ("-p tcp -m tcp", {"protocols": TCP}),
    ],
)
def test_what_fields_hold(text: str, expected: dict[str, object]) -> None:
    assert fields(rule(text), 4) == Fields(**expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("-s 10.0.0.1/255.0.0.255", "-s 10.0.0.1/255.0.0.255"),
        ("-s 10.0.0.1,10.0.0.1/255.0.0.255", "-s 10.0.0.1,10.0.0.1/255.0.0.255"),
        ("-s nowhere.example", "-s nowhere.example"),
        ("-f -i eth0", "-f"),
        ("-p tcp -m tcp --dport 80 --syn", "-m tcp --syn"),
        ("-p tcp -m multiport --ports 80", "-m multiport --ports 80"),
        ("-p tcp --dport nosuch", "-m tcp --dport nosuch"),
        ("-m conntrack --ctstate NEW,DNAT", "-m conntrack --ctstate NEW,DNAT"),
        ("-m conntrack --ctstate NEW --ctproto tcp", "-m conntrack --ctstate NEW --ctproto tcp"),
        ("-p icmp -m icmp", "-m icmp"),
        ("-m tcp --dport 80", "-m tcp --dport 80"),
        ("! -p tcp -m tcp --dport 80", "-m tcp --dport 80"),
        ("-m socket", "-m socket"),
    ],
)
def test_what_is_left(text: str, rest: str) -> None:
    assert fields(rule(text), 4).rest == rule(rest).matches


def test_devices() -> None:
    assert Device("eth+", False).fits("eth0")
    assert not Device("eth+", False).fits("")
    assert Device("eth0", True).fits("")
    assert not Device("+", True).fits("eth0")


def fits(found: Fields, met: Meeting) -> bool:
    packet = met.packet
    pairs = (
        (found.sources, packet.source),
        (found.destinations, packet.destination),
        (found.protocols, packet.protocol),
        (found.source_ports, packet.source_port),
        (found.destination_ports, packet.destination_port),
    )
    return (
        all(ranges is None or any(low <= (value or 0) <= high for low, high in ranges) for ranges, value in pairs)
        and (found.incoming is None or found.incoming.fits(met.iif))
        and (found.outgoing is None or found.outgoing.fits(met.oif))
        and (found.states is None or bool(found.states & met.state))
    )


def some_rule(chance: random.Random) -> str:
    no = chance.choice(("", "! "))
    parts = [
        f"{no}-s 10.0.{chance.randrange(2)}.{chance.randrange(4)}/{chance.choice((0, 24, 31, 32, '255.255.0.255'))}",
        f"{no}-d 10.0.{chance.randrange(2)}.0/{chance.choice((8, 23, 24))}",
        f"{no}-i {chance.choice(('eth0', 'eth+', '+', 'ppp0'))}",
        f"{no}-o {chance.choice(('eth1', 'eth+', 'ppp0'))}",
        f"-p {chance.choice(('tcp', 'udp', '6'))}",
    ]
    first, second = sorted((chance.randrange(8), chance.randrange(8)))
    modules = [
        f"{no}--dport {first}:{second}",
        f"{no}--sport {second}",
        f"-m multiport {no}--dports {first},{second}:9",
        f"-m multiport {no}--ports {first}",
        f"-m state {no}--state {chance.choice(('NEW', 'ESTABLISHED,RELATED', 'UNTRACKED'))}",
        f"-m conntrack {no}--ctstate {chance.choice(('INVALID', 'NEW,DNAT'))}",
    ]
    chosen = [*chance.sample(parts[:4], 2), *parts[4:], *chance.sample(modules[:2], 1), *chance.sample(modules[2:], 2)]
    return " ".join(chosen)


def some_end(chance: random.Random) -> str:
    return f"{IPv4Address(0x0A000000 + chance.randrange(2) * 256 + chance.randrange(4))}:{chance.randrange(10)}"


@pytest.mark.parametrize("seed", range(40))
def test_fields_and_rest_say_exactly_what_the_rule_says(seed: int) -> None:
    chance = random.Random(seed)
    one = rule(some_rule(chance))
    found, scope = fields(one, 4), Scope(4, ROUTER)
    rest = [compile_match(match, one, scope) for match in found.rest]
    for _ in range(60):
        devices = f"iif={chance.choice(('eth0', 'ppp0', ''))} oif={chance.choice(('eth1', 'ppp0', ''))}"
        state = chance.choice([each.name for each in State if each.name not in ("SNAT", "DNAT")])
        met = meeting(f"{chance.choice(('tcp', 'udp'))} {some_end(chance)} {some_end(chance)} {devices} state={state}")
        assert (fits(found, met) and every(check(met) for check in rest)) == ask(one.text, met), (one.text, met)
