"""Random targets of rules, in the words of iptables-extensions(8)."""

from collections.abc import Iterator, Sequence

from tests.oracle.grounds import Ground
from tests.oracle.ipsets import Sets
from tests.oracle.rulematches import Place

REJECTS = {
    4: ("icmp-net-unreachable", "icmp-host-unreachable", "icmp-port-unreachable", "icmp-proto-unreachable",
        "icmp-net-prohibited", "icmp-host-prohibited", "icmp-admin-prohibited"),
    6: ("icmp6-no-route", "icmp6-adm-prohibited", "icmp6-addr-unreachable", "icmp6-port-unreachable"),
}  # fmt: skip
MANGLING = {
    "TOS": ("--set-tos 0x10/0x3f", "--set-tos 0x08/0xff", "--and-tos 0xf8", "--or-tos 0x10", "--xor-tos 0x18"),
    "DSCP": ("--set-dscp 0x0a", "--set-dscp-class EF", "--set-dscp 0x00"),
    "TTL": ("--ttl-set 64", "--ttl-dec 1", "--ttl-inc 1", "--ttl-set 1"),
    "HL": ("--hl-set 64", "--hl-dec 1", "--hl-inc 1", "--hl-set 1"),
    "CHECKSUM": ("--checksum-fill",),
    "ECN": ("--ecn-tcp-remove",),
    "TCPOPTSTRIP": ("--strip-options mss", "--strip-options timestamp"),
}
ANYWHERE = {
    "LOG": ("", '--log-prefix "seen: "', "--log-level 4 --log-uid"),
    "AUDIT": ("--type accept", "--type drop"),
    "NFLOG": ("--nflog-prefix seen", "--nflog-group 3"),
}
OUTWARD = ("FORWARD", "OUTPUT", "POSTROUTING")
OF_PROTOCOL = {"TCPMSS": "tcp", "TCPOPTSTRIP": "tcp", "ECN": "tcp"}


class Targets:
    """`known`: those that the kernel has, for a family."""

    def __init__(self, ground: Ground, sets: Sets, known: frozenset[str]) -> None:
        self._ground = ground
        self._chance = ground.chance
        self._sets = sets
        self._known = known

    def text(self, place: Place, protocol: str, chains: Sequence[str]) -> str:
        """`chains`: those of the user that may be called from here."""
        if chains and self._chance.random() < 0.3:
            return f"{self._chance.choice(['-j', '-j', '-j', '-g'])} {self._chance.choice(chains)}"
        found = [text for text in self._all(place, protocol) if text.partition(" ")[0] in self._known]
        return f"-j {self._chance.choice(found)}" if self._chance.random() < 0.97 else ""

    def _all(self, place: Place, protocol: str) -> Iterator[str]:
        yield from ["ACCEPT", "RETURN"]
        yield from self._everywhere(place)
        match place.table:
            case "raw":
                yield from ["CT --notrack", "NOTRACK", "DROP", "CT --zone 7"]
            case "mangle":
                yield from self._mangling(protocol)
            case "nat":
                yield from [*self._translations(place, protocol)] * 3
            case "filter":
                yield from ["ACCEPT"] * 6 + ["DROP"] * 5
                yield from (f"REJECT --reject-with {kind}" for kind in self._rejects(place, protocol))
            case _:
                yield from ["ACCEPT", "DROP"]

    def _rejects(self, place: Place, protocol: str) -> list[str]:
        found = self._chance.sample(REJECTS[place.family], 2)
        return [*found, "tcp-reset"] if protocol == "tcp" else found

    def _everywhere(self, place: Place) -> Iterator[str]:
        for name, texts in ANYWHERE.items():
            yield f"{name} {self._chance.choice(texts)}".strip()
        if place.chain in OUTWARD:
            yield "CLASSIFY --set-class 1:10"
        mark = self._chance.choice(self._ground.marks)
        yield self._chance.choice([
            f"MARK --set-xmark {mark:#x}/0xffffffff", f"MARK --set-mark {mark:#x}", f"MARK --or-mark {mark:#x}",
            f"MARK --and-mark {mark:#x}", f"MARK --xor-mark {mark:#x}", f"MARK --set-xmark {mark:#x}/{mark | 0xF:#x}",
        ])  # fmt: skip
        yield self._chance.choice([
            "CONNMARK --save-mark", "CONNMARK --restore-mark", f"CONNMARK --set-xmark {mark:#x}/0xffffffff",
            "CONNMARK --save-mark --nfmask 0xff --ctmask 0xffff", "CONNMARK --restore-mark --nfmask 0xf --ctmask 0xff",
            f"CONNMARK --set-mark {mark:#x}/{mark | 0xF0:#x}", f"CONNMARK --or-mark {mark:#x}",
        ])  # fmt: skip
        for made in self._sets.find(place.family, is_scratch=True):
            if made.family == place.family and self._chance.random() < 0.3:
                yield f"SET --{self._chance.choice(['add', 'del'])}-set {made.name} src"

    def _mangling(self, protocol: str) -> Iterator[str]:
        yield "DROP"
        mark = self._chance.choice(self._ground.marks)
        yield from [f"MARK --set-xmark {mark:#x}/0xffffffff", f"MARK --set-mark {mark:#x}"]
        for name, texts in MANGLING.items():
            if OF_PROTOCOL.get(name, protocol) == protocol:
                yield f"{name} {self._chance.choice(texts)}"

    def tcpmss(self, place: Place) -> str:
        """It needs a protocol and flags of its own."""
        said = self._chance.choice(
            ["--set-mss 1200", "--clamp-mss-to-pmtu"] if place.chain in OUTWARD else ["--set-mss 1200"]
        )
        return f"-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS {said}" if "TCPMSS" in self._known else ""

    def _translations(self, place: Place, protocol: str) -> Iterator[str]:
        family, at = place.family, self._chance.randrange(len(self._ground.devices))
        one, own = self._ground.neighbour(family, at), self._chance.choice(self._ground.own(family))
        first, last = ("10.0.0.40", "10.0.0.47") if family == 4 else ("2001:db8::40", "2001:db8::47")
        opened, closed = ("", "") if family == 4 else ("[", "]")
        with_port = protocol in ("tcp", "udp")
        if place.chain in ("PREROUTING", "OUTPUT"):
            yield from [f"DNAT --to-destination {one}", f"DNAT --to-destination {own}", "REDIRECT"]
            yield f"DNAT --to-destination {first}-{last}" if self._chance.random() < 0.1 else "REDIRECT"
            if with_port:
                yield from [f"DNAT --to-destination {opened}{one}{closed}:8443", "REDIRECT --to-ports 3128"]
                yield f"DNAT --to-destination {opened}{one}{closed}:4000-4999"
                yield "DNAT --to-destination :8443"
        if place.chain in ("POSTROUTING", "INPUT"):
            yield from [f"SNAT --to-source {one}", f"SNAT --to-source {own}"]
            if with_port:
                yield f"SNAT --to-source {opened}{one}{closed}:20000-29999"
        if place.chain == "POSTROUTING":
            yield from ["MASQUERADE"] * 2
            if with_port:
                yield from ["MASQUERADE --to-ports 30000-39999", "MASQUERADE --random"]
        if place.chain in ("PREROUTING", "OUTPUT", "POSTROUTING", "INPUT"):
            yield f"NETMAP --to {'10.0.7.0/24' if family == 4 else '2001:db8:7::/64'}"
