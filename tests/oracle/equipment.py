"""What of netfilter this machine has: matches, targets and types of sets, found out by loading one of each."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from backend.lab.build.load import RUNS
from backend.lab.build.refused import load_rules
from backend.lab.build.restore import Restore
from backend.lab.build.sets import load_sets
from backend.lab.kernel.namespace import new_network
from backend.lab.plan.operation import Backend, RuleLine, SetLine
from backend.lab.process import Pipe, working
from backend.model.address import Family

FAMILIES: tuple[Family, Family] = (4, 6)
MATCHES = {
    "iprange": "--src-range {0}-{0}", "addrtype": "--dst-type LOCAL", "conntrack": "--ctstate NEW,DNAT",
    "state": "--state NEW", "mark": "--mark 0x1", "connmark": "--mark 0x1", "length": "--length 40",
    "ttl": "--ttl-eq 1", "hl": "--hl-eq 1", "tos": "--tos 0x10/0xff", "dscp": "--dscp 1", "ecn": "--ecn-ip-ect 0",
    "pkttype": "--pkt-type unicast", "comment": "--comment one", "helper": "--helper ftp", "u32": "--u32 0>>28=4",
    "string": "--algo bm --string a", "limit": "--limit 1/sec", "statistic": "--mode random --probability 0.5",
    "ipv6header": "--header none", "frag": "--fragid 1", "cpu": "--cpu 0", "socket": "", "quota": "--quota 1",
    "connbytes": "--connbytes 0 --connbytes-dir both --connbytes-mode packets", "connlimit": "--connlimit-upto 1",
    "time": "--timestart 00:00:00", "mac": "--mac-source 02:00:00:00:00:01", "rpfilter": "",
    "devgroup": "--src-group 0", "policy": "--dir in --pol none", "set": "--match-set s src",
}  # fmt: skip
OTHER_MATCHES = {
    "multiport": "mangle PREROUTING -p tcp -m multiport --dports 1", "ah": "mangle PREROUTING -p ah -m ah --ahspi 1",
    "tcpmss": "mangle PREROUTING -p tcp -m tcpmss --mss 1", "dccp": "mangle PREROUTING -p dccp -m dccp --dport 1",
    "esp": "mangle PREROUTING -p esp -m esp --espspi 1", "sctp": "mangle PREROUTING -p sctp -m sctp --dport 1",
    "realm": "mangle FORWARD -m realm --realm 0x1",
}  # fmt: skip
TARGETS = {
    "ACCEPT": "", "RETURN": "", "DROP": "", "LOG": "", "AUDIT": "--type drop", "NFLOG": "", "MARK": "--set-mark 1",
    "CONNMARK": "--save-mark", "TOS": "--set-tos 1/0xff", "DSCP": "--set-dscp 1", "TTL": "--ttl-set 1",
    "HL": "--hl-set 1", "CHECKSUM": "--checksum-fill", "SET": "--add-set s src",
}  # fmt: skip
OTHER_TARGETS = {
    "CLASSIFY": "mangle FORWARD -j CLASSIFY --set-class 1:1", "CT": "raw PREROUTING -j CT --notrack",
    "NOTRACK": "raw PREROUTING -j NOTRACK", "REJECT": "filter INPUT -j REJECT",
    "ECN": "mangle PREROUTING -p tcp -j ECN --ecn-tcp-remove", "NETMAP": "nat PREROUTING -j NETMAP --to {0}",
    "TCPMSS": "mangle FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1",
    "TCPOPTSTRIP": "mangle PREROUTING -p tcp -j TCPOPTSTRIP --strip-options mss",
    "DNAT": "nat PREROUTING -j DNAT --to-destination {0}", "SNAT": "nat POSTROUTING -j SNAT --to-source {0}",
    "MASQUERADE": "nat POSTROUTING -j MASQUERADE", "REDIRECT": "nat PREROUTING -j REDIRECT",
}  # fmt: skip
SET_TYPES = {
    "bitmap:ip": "range 10.0.0.0/16", "bitmap:ip,mac": "range 10.0.0.0/16", "bitmap:port": "range 0-9", "list:set": "",
} | dict.fromkeys((
    "hash:ip", "hash:ip,mark", "hash:ip,mac", "hash:mac", "hash:ip,port", "hash:ip,port,ip", "hash:ip,port,net",
    "hash:net", "hash:net,net", "hash:net,port", "hash:net,port,net", "hash:net,iface",
), "")  # fmt: skip
ADDRESS = {4: "10.0.0.1", 6: "2001:db8::1"}


class Equipment(Struct, frozen=True):
    matches: Mapping[Family, frozenset[str]]
    targets: Mapping[Family, frozenset[str]]
    set_types: frozenset[str]


@lru_cache(maxsize=4)
def equipment(backends: tuple[Backend, ...]) -> Equipment:
    """What all of these have."""
    with working(_work, backends) as process:
        found = process.receive(120)
    assert isinstance(found, Equipment)
    return found


def _work(pipe: Pipe, backends: Sequence[Backend]) -> None:
    lines = [SetLine(f"create {kind} {kind} {said}".strip(), kind, is_create=True) for kind, said in SET_TYPES.items()]
    with new_network() as descriptor:
        refused = {line.name for line, _ in load_sets(descriptor, lines).refused}
    matches = {family: _known(backends, family, _matches()) for family in FAMILIES}
    targets = {family: _known(backends, family, _targets()) for family in FAMILIES}
    pipe.send(Equipment(matches, targets, frozenset(SET_TYPES) - refused))


def _known(backends: Sequence[Backend], family: Family, samples: Mapping[str, str]) -> frozenset[str]:
    names = list(samples)
    known = frozenset(names)
    for backend in backends:
        with new_network() as descriptor:
            kind = "inet" if family == 4 else "inet6"
            load_sets(descriptor, [SetLine(f"create s hash:ip family {kind} timeout 9", "s", is_create=True)])
            lines = list(_lines(samples, family))
            refused = load_rules(Restore(descriptor, backend, family, RUNS), lines).refused
        known -= {names[line.number - 1] for line, _ in refused}
    return known


def _matches() -> dict[str, str]:
    return {name: f"mangle PREROUTING -m {name} {said}" for name, said in MATCHES.items()} | OTHER_MATCHES


def _targets() -> dict[str, str]:
    return {name: f"mangle PREROUTING -j {name} {said}" for name, said in TARGETS.items()} | OTHER_TARGETS


def _lines(samples: Mapping[str, str], family: Family) -> Iterator[RuleLine]:
    """`number` of a line is that of its sample, from 1."""
    found: dict[str, list[RuleLine]] = {}
    for number, sample in enumerate(samples.values(), 1):
        table, chain, said = sample.split(" ", 2)
        text = f"-A {chain} {said.format(ADDRESS[family])}".strip()
        found.setdefault(table, []).append(RuleLine(text, table, chain, number))
    for table, lines in found.items():
        yield RuleLine(f"*{table}", table)
        yield from (RuleLine(f":{chain} ACCEPT [0:0]", table) for chain in sorted({line.chain for line in lines}))
        yield from lines
        yield RuleLine("COMMIT", table)
