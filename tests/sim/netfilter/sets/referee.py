"""What the kernel says of the members of sets: to `ipset test` and to packets that a rule drops.

A packet that is dropped in OUTPUT is an error of the call that sends it.
"""

import socket
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from backend.lab.kernel.namespace import new_network
from backend.model.address import Family
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.packet import Packet
from tests.sim.netfilter.sets.build import meeting

DEVICES = ("eth0", "eth1")
TCP = 6


@contextmanager
def network() -> Iterator[None]:
    """Everything leaves by the device that the socket is bound to, and nobody is there."""
    with new_network():
        lines = ["link set lo up"]
        for at, name in enumerate(DEVICES):
            lines.append(f"link add {name} type veth peer name {name}p")
            # Without an address of its own, the kernel asks nobody for routers: that would meet the rules as well.
            lines += [f"link set {end} addrgenmode none arp off up" for end in (name, f"{name}p")]
            lines += [f"-{family} route add default dev {name} metric {10 + at}" for family in (4, 6)]
        for line in lines:
            run("ip", *line.split())
        yield


def run(*words: str, text: str = "") -> str:
    done = subprocess.run(words, input=text, text=True, capture_output=True)
    assert done.returncode == 0, (words, done.stderr, text)
    return done.stdout


def add_rule(family: Family, text: str, table: str = "raw") -> None:
    run("iptables" if family == 4 else "ip6tables", "-t", table, "-A", "OUTPUT", *text.split())


class Sender:
    def __init__(self, family: Family) -> None:
        self.family = family
        self._stack = ExitStack()
        self._sockets = {name: self._socket(name) for name in DEVICES}

    def _socket(self, device: str) -> socket.socket:
        kind = socket.AF_INET if self.family == 4 else socket.AF_INET6
        made = self._stack.enter_context(socket.socket(kind, socket.SOCK_RAW, socket.IPPROTO_RAW))
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        return made

    def close(self) -> None:
        self._stack.close()

    def is_dropped(self, met: Meeting) -> bool:
        made, seen = self._sockets[met.oif], met.packet
        made.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, seen.mark)
        address = socket.inet_ntop(made.family, seen.destination.to_bytes(4 if self.family == 4 else 16, "big"))
        try:
            made.sendto(self._bytes(seen), (address, 0))
        except PermissionError:
            return True
        return False

    def _bytes(self, seen: Packet) -> bytes:
        body = _body(seen)
        if self.family == 4:
            ends = seen.source.to_bytes(4, "big") + seen.destination.to_bytes(4, "big")
            return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, seen.protocol, 0) + ends + body
        ends = seen.source.to_bytes(16, "big") + seen.destination.to_bytes(16, "big")
        return struct.pack("!IHBB", 6 << 28, len(body), seen.protocol, 64) + ends + body


def _body(seen: Packet) -> bytes:
    if seen.content.icmp is not None:
        return struct.pack("!BBHHH", *seen.content.icmp, 0, 1, 1)
    if seen.source_port is None:
        return bytes(12)
    ports = struct.pack("!HH", seen.source_port, seen.destination_port)
    if seen.protocol == TCP:
        return ports + struct.pack("!IIBBHHH", 0, 0, 0x50, 2, 1, 0, 0)
    return ports + struct.pack("!HHI", 8, 0, 0)


def leaving(seen: Packet, device: str) -> Meeting:
    return meeting(seen, "", device, Hook.OUTPUT)


def told_by_ipset(lines: Sequence[str]) -> list[bool | None]:
    """What `ipset test` says of each line; None where it is no question."""
    done = subprocess.run(
        ["ipset", "-"], input="".join(f"test {line}\n" for line in lines) + "quit\n", text=True, capture_output=True
    )
    said = [line for line in done.stderr.splitlines() if line]
    assert len(said) == len(lines), (said, lines)
    return [False if "is NOT in set" in line else True if "is in set" in line else None for line in said]
