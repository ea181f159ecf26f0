"""Random sets, and what the kernel says of their members: to `ipset test` and to packets that a rule drops.

A packet that is dropped in OUTPUT is an error of the call that sends it.
"""

import socket
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from random import Random

from backend.lab.kernel.namespace import new_network
from backend.model.address import Family
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.packet import Packet
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import icmp, meeting

DEVICES = ("eth0", "eth1")
TCP = 6
PORTS = (1, 80, 443)


@contextmanager
def network() -> Iterator[None]:
    """Everything leaves by the device that the socket is bound to, and nobody is there."""
    with new_network():
        lines = ["link set lo up"]
        for at, name in enumerate(DEVICES):
            lines += [f"link add {name} type veth peer name {name}p", f"link set {name} arp off up"]
            lines.append(f"link set {name}p up")
            lines += [f"-{family} route add default dev {name} metric {10 + at}" for family in (4, 6)]
        for line in lines:
            run("ip", *line.split())
        yield


def run(*words: str, text: str = "") -> str:
    done = subprocess.run(words, input=text, text=True, capture_output=True)
    assert done.returncode == 0, (words, done.stderr, text)
    return done.stdout


def has_type(kind: str) -> bool:
    options = {"bitmap:ip": ["range", "10.0.0.0/24"], "bitmap:ip,mac": ["range", "10.0.0.0/24"]}
    options["bitmap:port"] = ["range", "0-9"]
    with network():
        return not subprocess.run(
            ["ipset", "create", "x", kind, *options.get(kind, [])], capture_output=True
        ).returncode


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
