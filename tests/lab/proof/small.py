"""A small network, a book of its rules, and packets in it."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from backend.facts.description import read_description
from backend.lab.probe import token
from backend.lab.process import Pipe, working
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.story import Happened, Picture, Visit
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.event import Event, Kind
from backend.lab.watch.packet import parse

TEXT = """
[network]
name = "small"
[[router]]
name = "one"
routes = ["10.2.0.0/24 via 10.0.0.2"]
iptables = '''
*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
:web -
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -j web
-A FORWARD -p udp -j NFQUEUE --queue-num 1
-A web -p tcp -m tcp --dport 80 -m limit --limit 5/min -j ACCEPT
-A web -p tcp -m tcp --dport 443 -j ACCEPT
-A web -p tcp -m tcp --dport 23 -j REJECT
COMMIT
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "up"
addresses = ["10.0.0.1/30"]
[[router]]
name = "two"
routes = ["10.1.0.0/24 via 10.0.0.1", "blackhole 10.9.0.0/16"]
[[router.interface]]
name = "down"
addresses = ["10.0.0.2/30"]
[[router.interface]]
name = "srv"
addresses = ["10.2.0.1/24"]
[[host]]
name = "a"
addresses = ["10.1.0.50/24"]
[[host]]
name = "b"
addresses = ["10.2.0.50/24"]
"""
NETWORK = read_description(TEXT, "small.toml")
A, B = ip_address("10.1.0.50"), ip_address("10.2.0.50")
NUMBERS = {
    ("one", 4, "filter", "FORWARD"): (1, 2, 3),
    ("one", 4, "filter", "web"): (1, 2, 3),
    ("one", 4, "raw", "PREROUTING"): (0,),
}


def book(*markers: tuple[str, Any, str, str, int]) -> Rulebook:
    return Rulebook(NETWORK, {"one": "one", "two": "two"}, NUMBERS, frozenset(markers))  # type: ignore[arg-type]


def syn(number: int = 0, ttl: int = 64, port: int = 443) -> bytes:
    return craft.syn(Header(A, B, ttl), 40000, port, token.sequence(number))


def picture(device: str, data: bytes) -> Picture:
    packet = parse(data)
    assert packet is not None
    return Picture(device, packet, data)


def event(
    chain: str, position: int, kind: Kind = Kind.RULE, hook: int | None = 2, data: bytes = b"", mark: int = 0
) -> Event:
    return Event(4, "filter", chain, kind, position, data or syn(ttl=63), mark, hook)


def visit(*events: Event, came: bytes | None = None, left: bytes | None = None, namespace: str = "one") -> Visit:
    happened = []
    for each in events:
        packet = parse(each.packet)
        assert packet is not None
        happened.append(Happened(each, packet))
    return Visit(
        namespace,
        came=picture("lan", came if came is not None else syn()),
        events=happened,
        left=picture("up", left) if left is not None else None,
    )


def in_process(work: Callable[[Pipe, Any], None], task: object = None) -> Any:
    with working(work, task) as process:
        return process.receive(30)
