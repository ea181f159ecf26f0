"""Random networks of routers that are joined: links of two, segments of three, equal-cost pairs, ways back that differ
from the ways there, policy rules, switches, next hops of every sort, the internet; as a description."""

import json
from collections.abc import Iterator
from itertools import count, pairwise
from random import Random

from msgspec import Struct

from backend.facts.machine import link_local, mac_of

OWN = 50
"""Hosts have this number in the LAN of their router."""
SPECIAL = ("blackhole", "unreachable", "prohibit", "throw")


class Port(Struct):
    name: str
    addresses: list[str]
    segment: str
    tunnel: bool = False


class Edge(Struct, frozen=True):
    """The way from one router to a neighbour."""

    port: str
    neighbour: int
    via4: str
    via6: str
    local6: str


class Node(Struct):
    number: int
    ports: list[Port]
    edges: list[Edge]

    @property
    def name(self) -> str:
        return f"r{self.number}"


def random_mesh(chance: Random) -> str:
    nodes = [_node(number) for number in range(1, chance.randint(3, 8) + 1)]
    _join(chance, nodes)
    wans = chance.sample(nodes, chance.choice([0, 1, 1, 2]))
    for node in wans:
        node.ports.append(Port("wan", [f"203.0.113.{4 * node.number + 1}/30"], f"wan{node.number}"))
    is_named = chance.random() < 0.5
    text = '[network]\nname = "mesh"\n'
    text += "".join(_router(chance, node, nodes, wans, is_named) for node in nodes)
    return text + "".join(_host(node) for node in nodes)


def _node(number: int) -> Node:
    lan = Port("lan", [f"10.{number}.0.1/24", f"2001:db8:{number}::1/64"], f"lan{number}")
    own = Port("dum0", [f"10.254.{number}.1/32", f"2001:db8:fe:{number}::1/128"], f"dum{number}")
    return Node(number, [lan, own], [])


def _join(chance: Random, nodes: list[Node]) -> None:
    """A tree, so that all can be reached, then more links, some of them beside another, and segments of three."""
    numbers = count(1)
    for at, node in enumerate(nodes[1:], 1):
        _link(chance, next(numbers), [node, chance.choice(nodes[:at])])
    for _ in range(chance.randint(0, len(nodes))):
        _link(chance, next(numbers), chance.sample(nodes, 2))
    for _ in range(chance.choice([0, 0, 1, 2])):
        _link(chance, next(numbers), chance.sample(nodes, min(3, len(nodes))))


def _link(chance: Random, number: int, nodes: list[Node]) -> None:
    length, first = chance.choice([(30, 1), (30, 1), (31, 0), (29, 1)]) if len(nodes) == 2 else (28, 1)
    is_peer = len(nodes) == 2 and chance.random() < 0.15
    ends = []
    for at, node in enumerate(nodes):
        name = f"x{number}"
        own, other = f"10.255.{number}.{at + first}", f"10.255.{number}.{1 - at + first}"
        ipv4 = f"{own} peer {other}/32" if is_peer else f"{own}/{length}"
        addresses = [ipv4, f"2001:db8:ff:{number:x}::{at + 1}/64"]
        if not is_peer and chance.random() < 0.1:
            addresses.append(f"10.253.{number}.{at + 1}/24")
        node.ports.append(Port(name, addresses, f"link{number}", is_peer))
        ends.append((node, own, f"2001:db8:ff:{number:x}::{at + 1}", str(link_local(mac_of(node.name, name)))))
    for node, *_ in ends:
        for other_node, via4, via6, local6 in ends:
            if other_node is not node:
                node.edges.append(Edge(f"x{number}", other_node.number, via4, via6, local6))


def _router(chance: Random, node: Node, nodes: list[Node], wans: list[Node], is_named: bool) -> str:
    routes = list(_routes(chance, node, nodes, wans))
    lines = [
        "[[router]]",
        f'name = "{node.name}"',
        "tables = { t100 = 100, t101 = 101 }",
        f"forwarding = {json.dumps(chance.random() < 0.97)}",
        f"routes = {json.dumps(_settable(routes))}",
        f"rules = {json.dumps(_rules(chance, node, nodes))}",
        f"sysctls = {{ {_sysctls(chance, node)} }}",
    ]
    for port in node.ports:
        lines += ["[[router.interface]]", f'name = "{port.name}"', f"addresses = {json.dumps(port.addresses)}"]
        lines += [f'segment = "{port.segment}"'] if is_named else []
        lines += ["tunnel = true"] if port.tunnel else []
    return "\n".join(lines) + "\n"


def _host(node: Node) -> str:
    number = node.number
    addresses = [f"10.{number}.0.{OWN}/24", f"2001:db8:{number}::{OWN}/64"]
    gateways = [f"10.{number}.0.1", f"2001:db8:{number}::1"]
    return f'[[host]]\nname = "h{number}"\naddresses = {json.dumps(addresses)}\ngateways = {json.dumps(gateways)}\n'


def _routes(chance: Random, node: Node, nodes: list[Node], wans: list[Node]) -> Iterator[str]:
    for other in nodes:
        if other is node:
            continue
        near = _nearest(node, other, nodes)
        for family in (4, 6):
            for prefix in _prefixes(chance, other, family):
                yield from _ways(chance, node, near, prefix, nodes)
    for family, default in ((4, "default"), (6, "::/0")):
        if node in wans and family == 4:
            yield f"default via 203.0.113.{4 * node.number + 2} dev wan"
        elif wans:
            yield from _ways(chance, node, _nearest(node, wans[0], nodes), default, nodes)
    for table in ("t100", "t101"):
        for _ in range(chance.randint(0, 3)):
            other = chance.choice(nodes)
            prefix = chance.choice(["default", *_prefixes(chance, other, chance.choice([4, 4, 6]))])
            for way in _ways(chance, node, node.edges, prefix, nodes):
                before, nexthop, hops = way.partition(" nexthop")
                yield f"{before} table {table}{nexthop}{hops}"


def _prefixes(chance: Random, node: Node, family: int) -> list[str]:
    """The LAN of a router as a whole or in parts, and its other addresses."""
    if family == 6:
        return [f"2001:db8:{node.number}::/48", f"2001:db8:fe:{node.number}::/64"][: chance.randint(1, 2)]
    whole, part = f"10.{node.number}.0.0/16", f"10.{node.number}.0.0/24"
    found = chance.choice([[whole], [part], [whole, part], [part, f"10.{node.number}.0.{OWN}/32"]])
    return found + ([f"10.254.{node.number}.1/32"] if chance.random() < 0.5 else [])


def _nearest(node: Node, goal: Node, nodes: list[Node]) -> list[Edge]:
    """The edges that begin a shortest way."""
    by_number = {each.number: each for each in nodes}
    distance = {goal.number: 0}
    waiting = [goal.number]
    for number in waiting:
        for edge in by_number[number].edges:
            if edge.neighbour not in distance:
                distance[edge.neighbour] = distance[number] + 1
                waiting.append(edge.neighbour)
    shortest = min(distance[edge.neighbour] for edge in node.edges)
    return [edge for edge in node.edges if distance[edge.neighbour] == shortest]


def _ways(chance: Random, node: Node, edges: list[Edge], prefix: str, nodes: list[Node]) -> Iterator[str]:
    """Mostly a route of a shortest way, or of all of them; at times another one, none, or one that refuses."""
    draw = chance.random()
    if draw < 0.04:
        return
    if draw < 0.07 and prefix not in ("default", "::/0"):
        yield f"{chance.choice(SPECIAL)} {prefix}"
        return
    chosen = [chance.choice(node.edges)] if draw < 0.14 else edges
    family = 6 if ":" in prefix else 4
    if len(chosen) > 1 and chance.random() < 0.5:
        hops = " ".join(f"nexthop {_hop(chance, edge, family, True)} weight {chance.randint(1, 3)}" for edge in chosen)
        yield f"{prefix} {hops}"
        return
    edge = chance.choice(chosen)
    yield f"{prefix} {_hop(chance, edge, family, False)}{_source(chance, node, family)}"
    if chance.random() < 0.1:
        other = chance.choice(node.edges)
        yield f"{prefix} {_hop(chance, other, family, False)} metric {chance.choice([7, 3000])}"


def _hop(chance: Random, edge: Edge, family: int, is_one_of_many: bool) -> str:
    """By the neighbour's address on the link; or its link-local one, one elsewhere on it, or none."""
    draw = chance.random()
    if family == 6:
        return f"via {edge.local6 if draw < 0.4 else edge.via6} dev {edge.port}"
    if draw < 0.06 and not is_one_of_many:
        return f"via inet6 {edge.local6} dev {edge.port}"
    if draw < 0.16:
        return f"via 10.254.{edge.neighbour}.1 dev {edge.port} onlink"
    if draw < 0.19 and not is_one_of_many:
        return f"dev {edge.port}"
    return f"via {edge.via4} dev {edge.port}"


def _source(chance: Random, node: Node, family: int) -> str:
    if chance.random() > 0.15:
        return ""
    return f" src 10.{node.number}.0.1" if family == 4 else f" src 2001:db8:{node.number}::1"


def _settable(routes: list[str]) -> list[str]:
    """Only one route for each prefix, table and metric: the kernel refuses the second, and IPv6 joins them."""
    found: dict[tuple[str, ...], str] = {}
    for route in routes:
        words = route.split()
        prefix = words[1] if words[0] in SPECIAL else words[0]
        value = dict(pairwise(words))
        found.setdefault((prefix, value.get("table", ""), value.get("metric", "")), route)
    return list(found.values())


def _rules(chance: Random, node: Node, nodes: list[Node]) -> list[str]:
    if chance.random() < 0.5:
        return []
    return [_rule(chance, node, nodes, 100 * at) for at in range(1, chance.randint(2, 5))]


def _rule(chance: Random, node: Node, nodes: list[Node], priority: int) -> str:
    one, other = chance.choice(nodes).number, chance.choice(nodes).number
    selector = chance.choice([
        f"from 10.{one}.0.0/16", f"not from 10.{one}.0.0/16", f"to 10.{other}.0.0/24", f"iif {node.edges[0].port}",
        f"from 10.{one}.0.0/16 to 10.{other}.0.0/16", f"iif {node.edges[-1].port} ipproto udp dport 33000-35000",
        "ipproto icmp", "ipproto udp", f"-6 from 2001:db8:{one}::/48", f"-6 iif {node.edges[0].port}", "iif lo",
    ])  # fmt: skip
    action = chance.choice(["lookup t100"] * 6 + ["lookup t101"] * 3 + ["lookup main suppress_prefixlength 0"])
    if chance.random() < 0.05:
        action = chance.choice(["blackhole", "prohibit", "unreachable"])
    return f"{selector} {action} priority {priority}"


def _sysctls(chance: Random, node: Node) -> str:
    names = [port.name for port in node.ports]
    said: dict[str, str] = {}
    if chance.random() < 0.3:
        said["net/ipv4/conf/all/rp_filter"] = chance.choice("12")
    for name in names:
        if chance.random() < 0.3:
            said[f"net/ipv4/conf/{name}/rp_filter"] = chance.choice("0122")
        if chance.random() < 0.08:
            said[f"net/ipv4/conf/{name}/arp_ignore"] = chance.choice("1238")
        if chance.random() < 0.08:
            said[f"net/ipv4/conf/{name}/proxy_arp"] = "1"
        if chance.random() < 0.05:
            said[f"net/ipv4/conf/{name}/accept_local"] = "1"
        if chance.random() < 0.03:
            said[f"net/ipv4/conf/{name}/forwarding"] = "0"
    return ", ".join(f'"{key}" = "{value}"' for key, value in said.items())
