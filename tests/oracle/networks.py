"""Random routers: tables, routes of every kind, policy rules with every selector, switches; as a description."""

import json
from itertools import pairwise
from random import Random

TABLES = (100, 101, 102)
DEVICES = ("lan", "left", "right", "far")
KINDS = ("blackhole", "unreachable", "prohibit", "throw")


def random_network(chance: Random, routers: int) -> str:
    """Routers that do not touch each other, so that each is a case of its own."""
    return '[network]\nname = "random"\n' + "".join(_router(chance, number) for number in range(routers))


def _router(chance: Random, number: int) -> str:
    devices = DEVICES[: chance.randint(2, 4)]
    routes = list(dict.fromkeys(_route(chance, number, devices) for _ in range(chance.randint(3, 25))))
    # Each at its own priority: the kernel takes a rule without tos for the same as one with it (fib4_rule_compare).
    priorities = chance.sample(range(10, 400, 10), chance.choice([0, 0, 3, 12]))
    rules = [_rule(chance, number, devices, priority) for priority in priorities]
    lines = [
        "[[router]]",
        f'name = "r{number}"',
        f"tables = {{ {', '.join(f't{table} = {table}' for table in TABLES)} }}",
        f"forwarding = {json.dumps(chance.random() < 0.9)}",
        f"routes = {json.dumps(_settable(routes))}",
        f"rules = {json.dumps(rules)}",
        f"sysctls = {{ {_sysctls(chance, devices)} }}",
    ]
    for at, device in enumerate(devices):
        addresses = [f"10.{number}.{at}.1/24", f"2001:db8:1{number:02x}:{at}::1/64"]
        if chance.random() < 0.2:
            addresses.append(f"10.{number}.{at}.{chance.choice([9, 129])}/{chance.choice([24, 25])}")
        lines += ["[[router.interface]]", f'name = "{device}"', f"addresses = {json.dumps(addresses)}"]
    return "\n".join(lines) + "\n"


def _settable(routes: list[str]) -> list[str]:
    """Only one route for each prefix, table, tos and metric: the kernel refuses the second."""
    found: dict[tuple[str, ...], str] = {}
    for route in routes:
        words = route.split()
        prefix = words[1] if words[0] in (*KINDS, "local") else words[0]
        value = dict(pairwise(words))
        found.setdefault((prefix, value.get("table", ""), value.get("tos", ""), value.get("metric", "")), route)
    return list(found.values())


def _sysctls(chance: Random, devices: tuple[str, ...]) -> str:
    said = {f"net/ipv4/conf/{chance.choice(devices)}/rp_filter": chance.choice("012")}
    said[f"net/ipv4/conf/{chance.choice(devices)}/accept_local"] = chance.choice("01")
    said[f"net/ipv4/conf/{chance.choice(devices)}/src_valid_mark"] = chance.choice("01")
    said[f"net/ipv4/conf/{chance.choice(devices)}/forwarding"] = chance.choice("0111")
    return ", ".join(f'"{key}" = "{value}"' for key, value in said.items())


def _prefix(chance: Random, is_ipv6: bool) -> str:
    """From a small pool, so that prefixes nest and collide."""
    if is_ipv6:
        return chance.choice(["2001:db8:a::/48", "2001:db8:a:1::/64", "2001:db8:a:1::7/128", "2001:db8:b::/48"])
    length = chance.choice([8, 12, 16, 20, 24, 28, 32])
    address = (50 << 24) | (chance.choice([0, 1, 128]) << 16) | (chance.choice([0, 7, 16]) << 8) | chance.choice([0, 7])
    network = address >> (32 - length) << (32 - length)
    return f"{network >> 24}.{network >> 16 & 255}.{network >> 8 & 255}.{network & 255}/{length}"


def _hop(chance: Random, number: int, devices: tuple[str, ...], is_ipv6: bool) -> str:
    at = chance.randrange(len(devices))
    link = f"2001:db8:1{number:02x}:{at}::" if is_ipv6 else f"10.{number}.{at}."
    via = f"{link}{chance.randint(2, 4)}"
    return f"via {via} dev {devices[at]}"


def _route(chance: Random, number: int, devices: tuple[str, ...]) -> str:
    is_ipv6 = chance.random() < 0.3
    prefix = "default" if chance.random() < 0.1 else _prefix(chance, is_ipv6)
    family = "-6 " if is_ipv6 and prefix == "default" else ""
    table = f" table t{chance.choice(TABLES)}" if chance.random() < 0.6 else ""
    metric = f" metric {chance.choice([5, 50, 500])}" if chance.random() < 0.3 else ""
    tos = f" tos {chance.choice(['0x10', '0x08', '0x1c'])}" if not is_ipv6 and chance.random() < 0.15 else ""
    draw = chance.random()
    if draw < 0.2 and prefix != "default":
        return f"{chance.choice(KINDS)} {prefix}{tos}{metric}{table}"
    if draw < 0.25 and not is_ipv6:
        return f"local {prefix} dev lo table local" if prefix != "default" else "default dev lan"
    if draw < 0.4:
        hops = {_hop(chance, number, devices, is_ipv6) for _ in range(3)}
        if len(hops) > 1:
            weighted = " ".join(f"nexthop {hop} weight {chance.randint(1, 3)}" for hop in sorted(hops))
            return f"{family}{prefix}{tos}{metric}{table} {weighted}"
    if draw < 0.5:
        return f"{family}{prefix} dev {chance.choice(devices)}{tos}{metric}{table}"
    return f"{family}{prefix} {_hop(chance, number, devices, is_ipv6)}{tos}{metric}{table}"


def _rule(chance: Random, number: int, devices: tuple[str, ...], priority: int) -> str:
    is_ipv6 = chance.random() < 0.25
    selectors = [
        f"from {_prefix(chance, is_ipv6)}",
        f"from {'2001:db8::/32' if is_ipv6 else f'10.{number}.0.0/24'}",
        f"to {_prefix(chance, is_ipv6)}",
        f"iif {chance.choice([*devices, 'lo', 'gone'])}",
        f"oif {chance.choice(devices)}",
        f"fwmark {chance.choice(['0x1', '0x10/0xf0', '0x2/0x3'])}",
        f"tos {chance.choice(['0x10', '0x08'])}",
        f"ipproto {chance.choice(['tcp', 'udp', 'icmp'])}",
        f"sport {chance.choice(['53', '1000-2000'])}",
        f"dport {chance.choice(['443', '53-80'])}",
    ]
    chosen = list({each.split()[0]: each for each in chance.sample(selectors, chance.randint(0, 3))}.values())
    inverted = "not " if chosen and chance.random() < 0.15 else ""
    lookup = f"lookup {chance.choice(['main', 't100', 't101', 't102'])}"
    action = chance.choice(
        [lookup] * 6 + [f"{lookup} suppress_prefixlength {chance.choice([0, 16, 24])}", "blackhole", "unreachable"]
        + ["prohibit", "nop", f"goto {priority + chance.choice([10, 20, 100])}"]
    )  # fmt: skip
    family = "-6 " if is_ipv6 else ""
    return f"{family}{inverted}{' '.join(chosen) or 'from all'} {action} priority {priority}"
