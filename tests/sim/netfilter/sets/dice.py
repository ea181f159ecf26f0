"""Random sets of every type, and random packets that may be members."""

import subprocess
from collections.abc import Sequence
from random import Random

from backend.model.address import Family
from backend.sim.netfilter.sets.compile import PARTS
from backend.sim.packet import Packet
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import icmp
from tests.sim.netfilter.sets.referee import DEVICES, network, run

PORTS = (1, 80, 443)
RANGES = {
    "bitmap:ip": ("range 10.0.0.0/23", "range 10.0.0.0/23 netmask 25"),
    "bitmap:ip,mac": ("range 10.0.0.0/23",),
    "bitmap:port": ("range 0-443",),
}
MASKS = {
    4: ("netmask 25", "bitmask 255.255.0.255"),
    6: ("netmask 121", "bitmask ffff:ffff:ffff:ffff::ffff"),
}
MASKABLE = {"hash:ip": 1, "hash:ip,port": 2, "hash:net,net": 2}
"""How many sorts of masks the type takes."""
OTHERS = "create p bitmap:port range 0-443\nadd p 80\ncreate l list:set\nadd l p\nadd l s\n"


def parts_of(kind: str) -> list[str]:
    return ["number"] if kind == "bitmap:port" else kind.partition(":")[2].split(",")


def kinds() -> list[tuple[str, Family]]:
    both: tuple[Family, ...] = (4, 6)
    return [(kind, family) for kind in sorted(PARTS) for family in both if family == 4 or kind.startswith("hash:")]


def has_type(kind: str) -> bool:
    with network():
        made = subprocess.run(["ipset", "create", "x", kind, *RANGES.get(kind, ("",))[0].split()], capture_output=True)
    return made.returncode == 0


class Dice:
    """Parts of elements from few values, so that they meet."""

    def __init__(self, seed: str, family: Family) -> None:
        self.random = Random(seed)
        self.family = family
        self.hosts = [self._host(low) for low in (1, 2, 5, 64, 65, 127, 128, 200, 254)]
        self.hosts += [self._host(low, 1) for low in (1, 128)]

    def _host(self, low: int, high: int = 0) -> str:
        return f"10.0.{high}.{low}" if self.family == 4 else f"2001:db8:0:{high}::{low:x}"

    def part(self, part: str) -> str:
        pick = self.random.choice
        if part == "net":
            low, lengths = (
                (8, (8, 16, 23, 24, 25, 26, 31)) if self.family == 4 else (32, (32, 48, 63, 64, 120, 121, 127))
            )
            return pick([pick(self.hosts), f"{pick(self.hosts)}/{pick(lengths)}", f"{pick(self.hosts)}/{low}"])
        if part == "port":
            name = pick(("tcp", "tcp", "udp", "sctp", "udplite", "gre", "icmp" if self.family == 4 else "icmpv6"))
            return f"{name}:{pick((0, 3, 8, 128))}/{pick((0, 1))}" if "icmp" in name else f"{name}:{self._port(name)}"
        return {
            "ip": pick(self.hosts),
            "mark": f"0x{pick((1, 2, 0x11)):x}",
            "mac": f"02:00:00:00:00:{pick((1, 2)):02x}",
            "iface": pick((*DEVICES, *DEVICES, "eth7", f"physdev:{DEVICES[0]}")),
            "number": str(pick(PORTS)),
        }[part]

    def _port(self, name: str) -> int:
        return 0 if name == "gre" else self.random.choice(PORTS)

    def entry(self, parts: Sequence[str]) -> str:
        text = ",".join(self.part(part) for part in parts)
        if parts[-1] == "iface" and "physdev" not in text and self.random.random() < 0.2:
            text = f"{text[:-1]} wildcard"
        return f"{text} nomatch" if "net" in parts and self.random.random() < 0.25 else text

    def packet(self) -> Packet:
        pick = self.random.choice
        other = "icmp" if self.family == 4 else "ipv6-icmp"
        name = pick(("tcp", "tcp", "udp", "sctp", "udplite", "gre", other))
        ports = "" if name in ("gre", other) else f"/{pick(PORTS)}/{pick(PORTS)}"
        seen = packet(pick(self.hosts), pick(self.hosts), f"{name}{ports}", pick((0, 1, 2, 0x11, 0x21)))
        return icmp(seen, pick((0, 3, 8, 128)), pick((0, 1))) if name == other else seen

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def flags(self) -> str:
        """For up to three parts, mostly for all."""
        return ",".join(self.random.choice(("src", "dst")) for _ in range(self.random.choice((1, 2, 3, 3, 3))))

    def options(self, kind: str) -> str:
        text = self.random.choice(
            RANGES.get(kind, ("" if kind == "hash:mac" else f"family inet{'6' * (self.family == 6)}",))
        )
        if kind in MASKABLE and self.chance(0.5):
            text += f" {self.random.choice(MASKS[self.family][: MASKABLE[kind]])}"
        return text

    def created(self, kind: str) -> str:
        """A random set `s`, another one `p`, and a list `l` of both, as `ipset save` tells them."""
        entries = [f"add s {self.entry(parts_of(kind))}\n" for _ in range(self.random.randrange(1, 14))]
        full = f" maxelem {len(entries)}" if kind.startswith("hash:") and self.chance(0.3) else ""
        text = f"create s {kind} {self.options(kind)}{full}\n{''.join(entries)}{OTHERS}"
        run("ipset", "-exist", "restore", text=text)
        return run("ipset", "save")

    def marked(self) -> str:
        """Networks `s` with marks and a list `l` of them, which has marks of its own or not."""
        inet = "inet" if self.family == 4 else "inet6"
        own = " skbinfo" if self.chance(0.5) else ""
        text = f"create s hash:net family {inet} skbinfo\ncreate l list:set{own}\n"
        for _ in range(self.random.randrange(1, 10)):
            text += f"add s {self.entry(['net'])}{self._mark()}\n"
        run("ipset", "-exist", "restore", text=f"{text}add l s{self._mark() if own else ''}\n")
        return run("ipset", "save")

    def _mark(self) -> str:
        return self.random.choice(("", " skbmark 0x81", " skbmark 0x42/0xf3", " skbmark 0x0/0x3"))
