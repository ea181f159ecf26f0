"""Random firewalls for the routers of a random mesh, as text for its description: sensible more often than not."""

import json
import re
from collections.abc import Iterator
from random import Random

from tests.oracle.meshes import OWN, random_mesh

TCP, UDP = (22, 80, 443, 8080), (53, 123)
ROUTER = re.compile(r'\[\[router\]\]\nname = "(r(\d+))"\n(.*?)(?=\[\[router\]\]|\[\[host\]\]|\Z)', re.S)
PORTS = re.compile(r'\[\[router.interface\]\]\nname = "(\w+)"')
RULES = re.compile(r"^rules = (.*)$", re.M)
CHAINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
USER = ("alpha", "beta")


def armed_mesh(chance: Random) -> str:
    text = random_mesh(chance)
    numbers = [int(number) for _, number, _ in ROUTER.findall(text)]
    return ROUTER.sub(lambda found: _armed(chance, found, numbers), text)


def _armed(chance: Random, found: "re.Match[str]", numbers: list[int]) -> str:
    if chance.random() < 0.2:
        return found[0]
    body = found[3]
    if chance.random() < 0.4:
        marks = [
            f"{family}fwmark 0x{n}/0xf lookup t10{n - 1} priority {50 + n}" for family in ("", "-6 ") for n in (1, 2)
        ]
        body = RULES.sub(lambda rules: f"rules = {json.dumps(json.loads(rules[1]) + marks)}", body)
    ports = PORTS.findall(body)
    texts = []
    for family, name in ((4, "iptables"), (6, "ip6tables")):
        tables = "".join(Tables(chance, ports, numbers, family).text())
        texts.append(f"{name} = '''\n{tables}'''\n")
    return f'[[router]]\nname = "{found[1]}"\n{"".join(texts)}{body}'


class Tables:
    """Of one router and family."""

    def __init__(self, chance: Random, ports: list[str], numbers: list[int], family: int) -> None:
        self._chance = chance
        self._ports = ports
        self._numbers = numbers
        self._family = family

    def text(self) -> Iterator[str]:
        for table, likely in (("raw", 0.2), ("mangle", 0.5), ("nat", 0.35), ("filter", 0.85), ("security", 0.08)):
            if self._chance.random() < likely:
                yield from self._table(table)

    def _table(self, table: str) -> Iterator[str]:
        yield f"*{table}\n"
        for chain in CHAINS[table]:
            is_strict = table == "filter" and self._chance.random() < 0.3
            yield f":{chain} {'DROP' if is_strict else 'ACCEPT'} [0:0]\n"
        has_chains = table in ("filter", "mangle")
        if has_chains:
            yield from (f":{chain} - [0:0]\n" for chain in USER)
        for chain in CHAINS[table]:
            yield from self._rules(table, chain)
        for chain in USER if has_chains else ():
            yield from (self._rule(table, chain) for _ in range(self._chance.randint(0, 4)))
        yield "COMMIT\n"

    def _rules(self, table: str, chain: str) -> Iterator[str]:
        if table != "nat" and self._family == 6 and chain != "FORWARD":  # or nobody would find a neighbour
            yield from (f"-A {chain} -p ipv6-icmp -m icmp6 --icmpv6-type {n} -j ACCEPT\n" for n in (135, 136))
        if table == "filter" and self._chance.random() < 0.7:
            yield f"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        most = {"filter": 8, "mangle": 3, "raw": 2, "nat": 2, "security": 1}[table]
        for _ in range(self._chance.randint(0, most)):
            yield self._rule(table, chain)

    def _rule(self, table: str, chain: str) -> str:
        matches = [self._device(chain), self._address("-s"), self._address("-d"), self._protocol(), self._state(table)]
        return " ".join(["-A", chain, *(each for each in matches if each), self._target(table, chain)]).strip() + "\n"

    def _device(self, chain: str) -> str:
        ways = {"PREROUTING": "i", "INPUT": "i", "FORWARD": "io", "OUTPUT": "o", "POSTROUTING": "o"}.get(chain, "")
        if not ways or self._chance.random() < 0.6:
            return ""
        return f"{self._not()}-{self._chance.choice(ways)} {self._chance.choice(self._ports)}"

    def _address(self, option: str) -> str:
        if self._chance.random() < 0.7:
            return ""
        number = self._chance.choice(self._numbers)
        if self._family == 6:
            each = self._chance.choice([f"2001:db8:{number}::/48", f"2001:db8:{number}::{OWN}/128"])
        else:
            each = self._chance.choice([f"10.{number}.0.0/16", f"10.{number}.0.{OWN}/32", "10.0.0.0/8"])
        return f"{self._not()}{option} {each}"

    def _protocol(self) -> str:
        port = str(self._chance.choice(TCP))
        name = "ipv6-icmp" if self._family == 6 else "icmp"
        return self._chance.choice([
            "", "", "-p tcp", "-p udp", f"-p {name}", f"! -p {name}", f"-p tcp -m tcp --dport {port}",
            f"-p tcp -m tcp --sport {port}", f"-p tcp -m tcp ! --dport {port}", "-p tcp -m multiport --dports 22,443",
            f"-p udp -m udp --dport {self._chance.choice(UDP)}", "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN",
            "-p tcp -m tcp --dport 1:500", "-m mark --mark 0x1/0xf", "-m length --length 0:70",
        ])  # fmt: skip

    def _state(self, table: str) -> str:
        if table == "raw" or self._chance.random() < 0.85:
            return ""
        return (
            f"-m conntrack {self._not()}--ctstate {self._chance.choice(['NEW', 'ESTABLISHED', 'INVALID', 'UNTRACKED'])}"
        )

    def _not(self) -> str:
        return "! " if self._chance.random() < 0.15 else ""

    def _target(self, table: str, chain: str) -> str:
        return f"-j {self._chance.choice(list(self._targets(table, chain)))}"

    def _targets(self, table: str, chain: str) -> Iterator[str]:
        yield "ACCEPT"
        match table:
            case "raw":
                yield from ("CT --notrack", "DROP")
            case "mangle":
                yield from ("MARK --set-xmark 0x1/0xf", "MARK --set-xmark 0x2/0xf", "TOS --set-tos 0x10/0x3f")
                yield from ("CONNMARK --save-mark", "CONNMARK --restore-mark", "RETURN", "DROP", *self._chains(chain))
            case "nat":
                yield from self._translations(chain)
            case "filter":
                yield from ["ACCEPT"] * 4 + ["DROP", "DROP", "RETURN", "LOG", *self._chains(chain) * 2]
                yield f"REJECT --reject-with {'icmp6-adm-prohibited' if self._family == 6 else 'icmp-admin-prohibited'}"
            case _:
                yield "DROP"

    def _chains(self, chain: str) -> list[str]:
        """From the second one no further, so that there is no loop."""
        return {"alpha": ["beta"], "beta": []}.get(chain, [*USER])

    def _translations(self, chain: str) -> Iterator[str]:
        number = self._chance.choice(self._numbers)
        yield "ACCEPT"
        if chain == "PREROUTING":
            yield "REDIRECT"
        if chain in ("PREROUTING", "OUTPUT"):
            host = f"2001:db8:{number}::{OWN}" if self._family == 6 else f"10.{number}.0.{OWN}"
            yield f"DNAT --to-destination {host}"
        if chain == "POSTROUTING":
            yield "MASQUERADE"
            yield f"SNAT --to-source {f'2001:db8:fe:{number}::1' if self._family == 6 else f'10.254.{number}.1'}"
