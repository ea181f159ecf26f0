"""Short ways to a router with rules, and to what they do with a packet.

Rules are written table by table as iptables-save prints them; chains that nobody declares accept. Packets are written
as for a match: `tcp 10.0.0.1:4000 10.0.9.9:80 iif=eth0 state=NEW`.
"""

from collections.abc import Iterable

from backend.facts.description import read_description
from backend.model.address import Family
from backend.model.network import Router
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.firewall import CompiledFirewall, compile_firewalls
from backend.sim.netfilter.hooks import pass_tables
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.traverse import Asking, Choices, Matched

CHAINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}


def saved(**tables: str) -> str:
    """What iptables-restore reads: `saved(filter=":web -\\n-A FORWARD -j web")`."""
    return "\n".join(_table(name, text) for name, text in tables.items())


def _table(name: str, text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    declared = {line.split()[0]: line for line in [f":{chain} ACCEPT" for chain in CHAINS[name]]}
    declared |= {line.split()[0]: line for line in lines if line.startswith(":")}
    rules = [line for line in lines if line.startswith("-A")]
    return "\n".join([f"*{name}", *declared.values(), *rules, "COMMIT"])


def router(text: str = "", family: Family = 4, more: str = "") -> Router:
    """`more`: keys of the router, then its interfaces."""
    key = "iptables" if family == 4 else "ip6tables"
    described = f"[network]\nname = \"test\"\n[[router]]\nname = \"r\"\n{key} = '''\n{text}\n'''\n{more}"
    return read_description(described, "test.toml").routers[0]


def firewall(**tables: str) -> CompiledFirewall:
    """Of IPv4."""
    return compile_firewalls(router(saved(**tables)))[4]


def passed(
    rules: CompiledFirewall,
    tables: Iterable[str],
    met: Meeting,
    said: tuple[bool, ...] = (),
    known: Iterable[Connection] = (),
    is_open: bool = False,
) -> str:
    """The rules and policies that it matched, and what stopped it: `filter FORWARD 1, filter FORWARD policy: DROP`."""
    told: list[str] = []
    asking = Asking(Choices(said, []), lambda matched: told.append(place(matched)), is_open)
    end = pass_tables(rules, tables, met, known, asking)
    return ", ".join(told) + (f": {end.kind.name}" if end is not None else "")


def place(matched: Matched) -> str:
    return f"{matched.table} {matched.chain} {matched.rule.number if matched.rule is not None else 'policy'}"
