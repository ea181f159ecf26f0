"""A router between two machines, each in a namespace: enough to see what is told of real packets."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from msgspec import Struct

from backend.lab.build.space import Space
from backend.lab.kernel import rtnetlink
from backend.lab.kernel.namespace import inside
from backend.lab.kernel.rtnetlink import Veth
from backend.lab.watch.craft import Header
from backend.model.address import Family
from tests.waiting import wait_for

SETTINGS = {
    "net/ipv4/ip_forward": "1",
    "net/ipv6/conf/all/forwarding": "1",
    "net/ipv4/conf/all/rp_filter": "0",
    "net/ipv4/conf/eth0/rp_filter": "0",
    "net/ipv4/conf/eth1/rp_filter": "0",
    "net/ipv4/icmp_ratelimit": "0",
    # Without an address of its own that it is sure of, a router does not ask for neighbours.
    "net/ipv6/conf/all/accept_dad": "0",
    "net/ipv6/conf/eth0/accept_dad": "0",
    "net/ipv6/conf/eth1/accept_dad": "0",
}
ADDRESSES = {"eth0": ("10.1.0.1/24", "2001:db8:1::1/64"), "eth1": ("10.2.0.1/24", "2001:db8:2::1/64")}
HEADERS: dict[Family, Header] = {
    4: Header(IPv4Address("10.1.0.2"), IPv4Address("10.2.0.2")),
    6: Header(IPv6Address("2001:db8:1::2"), IPv6Address("2001:db8:2::2")),
}
"""From the machine on the left to the one on the right."""
TRACE = "*raw\n-A PREROUTING -j TRACE\n-A OUTPUT -j TRACE\nCOMMIT\n"


class Wires(Struct):
    left: Space
    router: Space
    right: Space

    @property
    def descriptors(self) -> dict[str, int]:
        return {"left": self.left.descriptor, "r1": self.router.descriptor, "right": self.right.descriptor}

    def load(self, backend: str, rules: str, family: Family) -> None:
        """What is traced, and then these rules."""
        tool = f"{'iptables' if family == 4 else 'ip6tables'}-{backend}-restore"
        run(self.router, [tool, "--wait"], TRACE + rules)


def run(space: Space, command: list[str], text: str = "") -> str:
    with inside(space.descriptor):
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def wires(are_quiet: bool = True) -> Iterator[Wires]:
    """The machines do not answer, and have no device but the end of a cable; unless they are not quiet."""
    found = Wires(*Space.make(("left", "router", "right")).values())
    spaces = (found.left, found.router, found.right)
    try:
        for number, (device, other) in enumerate((("eth0", found.left), ("eth1", found.right))):
            mine = Veth(device, found.router.descriptor, index=10 + number)
            theirs = Veth("e", other.descriptor, index=20 + number)
            assert found.router.channel.send([rtnetlink.make_cable(mine, theirs)]) == []
        _furnish(found, are_quiet)
        for space in spaces:
            _wait_for_carrier(space)
        yield found
    finally:
        for space in spaces:
            space.channel.close()
            os.close(space.descriptor)


def _furnish(found: Wires, are_quiet: bool) -> None:
    for space in (found.left, found.router, found.right):
        settings = SETTINGS if space is found.router else {"net/ipv6/conf/e/disable_ipv6": str(int(are_quiet))}
        with inside(space.descriptor):
            for key, value in settings.items():
                Path("/proc/sys", key).write_text(value)
    for number, (device, other) in enumerate((("eth0", found.left), ("eth1", found.right)), 1):
        lines = ["link set lo up", "link set e up"]
        if not are_quiet:
            lines += [f"address add 10.{number}.0.2/24 dev e", f"address add 2001:db8:{number}::2/64 dev e nodad"]
            lines += [f"route add default via 10.{number}.0.1", f"route add default via 2001:db8:{number}::1"]
        run(other, ["ip", "-batch", "-"], "\n".join(lines))
        noarp = "arp off" if are_quiet else ""
        lines = ["link set lo up", f"link set {device} up {noarp}"]
        lines += [f"address add {address} dev {device} nodad" for address in ADDRESSES[device]]
        run(found.router, ["ip", "-batch", "-"], "\n".join(lines))


def _wait_for_carrier(space: Space) -> None:
    def are_ready() -> bool:
        links = map(rtnetlink.read_link, space.channel.ask(rtnetlink.list_links()))
        return all(link.is_ready for link in links if link.dev != "lo")

    wait_for(are_ready, "carriers")
