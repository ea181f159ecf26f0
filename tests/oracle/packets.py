"""Random packets for one router: likely ones, and those at the edges of its rules, sets and routes."""

import re
import struct
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network
from random import Random

from backend.lab.watch import craft
from backend.lab.watch.craft import MSS, Header
from backend.lab.watch.packet import ACK, FIN, ICMP, ICMPV6, PSH, RST, SYN
from backend.model.address import Address, Family
from tests.oracle.exchanges import Exchange, Step, tcp
from tests.oracle.fates import Sent
from tests.oracle.grounds import PORTS, TOSES, Ground

URG = 0x20
FLAGS = (SYN, SYN, SYN, SYN, SYN | ACK, ACK, ACK | PSH, RST, RST | ACK, FIN | ACK, FIN, 0, FIN | PSH | URG, SYN | FIN)
"""As they come in life, and a null and a xmas scan."""
IPIP, DCCP, GRE, ESP, AH, SCTP, UDPLITE, NOBODYS = 4, 33, 47, 50, 51, 132, 136, 253
OTHERS = {4: (GRE, ESP, AH, SCTP, UDPLITE, DCCP, NOBODYS, IPIP, 2), 6: (GRE, ESP, SCTP, UDPLITE, DCCP, NOBODYS)}
ERRORS: dict[Family, tuple[tuple[int, int], ...]] = {
    4: ((3, 1), (3, 3), (11, 0), (12, 0)),
    6: ((1, 0), (1, 4), (3, 0), (4, 1)),
}
SINGLES: dict[Family, tuple[tuple[int, int], ...]] = {
    4: ((13, 0), (17, 0), (0, 0), (5, 1)),
    6: ((129, 0), (139, 0), (200, 0)),
}
THEN = (
    (), (), (), (), (Step.REPLY,), (Step.REPLY, Step.AGAIN), (Step.AGAIN,), (Step.ERROR,), (Step.REPLY, Step.REPLY),
    (Step.REPLY, Step.AGAIN, Step.REPLY), (Step.REPLY, Step.REPORT), (Step.REPLY, Step.ERROR), (Step.AGAIN, Step.REPLY),
)  # fmt: skip
NUMBERS = re.compile(r"[\da-f]*[.:][\da-f.:]+(?:/\d+)?", re.I)
ELSEWHERE: dict[Family, tuple[str, ...]] = {4: ("203.0.113.9", "172.31.0.1"), 6: ("2001:db8:ffff::9", "2a00::1")}


class Packets:
    """`text`: the router's description, whose addresses are those at whose edges packets are tried."""

    def __init__(self, ground: Ground, text: str) -> None:
        self._ground = ground
        self._chance: Random = ground.chance
        self._edges: dict[Family, list[Address]] = {4: [], 6: []}
        for address in _edges(NUMBERS.findall(text)):
            self._edges[4 if address.version == 4 else 6].append(address)

    def exchanges(self, count: int) -> Iterator[Exchange]:
        for _ in range(count):
            first = self._first()
            yield Exchange(first, self._chance.choice(THEN))

    def _first(self) -> Sent:
        chance = self._chance
        family: Family = chance.choice((4, 4, 6))
        at = chance.randrange(len(self._ground.devices))
        source, destination = self._source(family, at), self._destination(family, at)
        while source == destination:  # such a packet is its own answer
            destination = self._destination(family, at)
        header = Header(
            source,
            destination,
            chance.choice((64, 64, 64, 128, 255, 2, 1, 65, 63)),
            chance.choice((0, 0, 0, 0, *TOSES, 1, 2, 3)),
        )
        return Sent(self._ground.devices[at].name, self._data(header))

    def _source(self, family: Family, at: int) -> Address:
        draw = self._chance.random()
        if draw < 0.6:
            return ip_address(self._ground.neighbour(family, at))
        if draw < 0.85 or not self._edges[family]:
            return self._inside(self._chance.choice(self._ground.prefixes(family)))
        return self._chance.choice(self._edges[family])

    def _destination(self, family: Family, at: int) -> Address:
        draw = self._chance.random()
        if draw < 0.12:
            return ip_address(self._chance.choice(self._ground.own(family)))
        if draw < 0.4:
            others = [each for each in range(len(self._ground.devices)) if each != at]
            return ip_address(self._ground.neighbour(family, self._chance.choice(others)))
        if draw < 0.75:
            return self._inside(self._chance.choice(self._ground.prefixes(family)))
        if draw < 0.97 and self._edges[family]:
            return self._chance.choice(self._edges[family])
        return ip_address(self._chance.choice(ELSEWHERE[family]))

    def _inside(self, prefix: str) -> Address:
        network = ip_network(prefix)
        return network[self._chance.randrange(min(network.num_addresses, 200))]

    def _data(self, header: Header) -> bytes:
        draw = self._chance.random()
        if draw < 0.5:
            return self._segment(header)
        if draw < 0.78:
            return craft.udp(header, *self._ports(), b"probe" * self._chance.choice((0, 1, 1, 4, 20)))
        if draw < 0.92:
            return craft.echo(header, self._own_port(), 1, bytes(self._chance.choice((0, 8, 56))))
        return self._icmp(header) if draw < 0.97 else self._other(header)

    def _segment(self, header: Header) -> bytes:
        flags, seq = self._chance.choice(FLAGS), self._chance.getrandbits(31)
        ack = self._chance.getrandbits(31) if flags & ACK else 0
        sizes = (MSS, MSS, 1400, 536, 500)
        options = struct.pack(">BBH", 2, 4, self._chance.choice(sizes)) if flags & SYN else b""
        return tcp(header, self._ports(), (seq, ack), flags, options if self._chance.random() < 0.9 else b"")

    def _own_port(self) -> int:
        return self._chance.randint(10000, 60000)

    def _ports(self) -> tuple[int, int]:
        """Both at the edges of what rules say, mostly one."""
        source = self._edge() if self._chance.random() < 0.15 else self._own_port()
        return source, self._edge() if self._chance.random() < 0.9 else self._chance.randint(1, 9999)

    def _edge(self) -> int:
        port = self._chance.choice(PORTS) + self._chance.choice((0, 0, 0, -1, 1))
        return min(max(port, 1), 65535)

    def _icmp(self, header: Header) -> bytes:
        """About a connection that nobody knows, or none at all."""
        family: Family = 4 if header.source.version == 4 else 6
        protocol = ICMP if family == 4 else ICMPV6
        if self._chance.random() < 0.5:
            kind, code = self._chance.choice(SINGLES[family])
            return craft.ip(header, protocol, struct.pack(">BBxxHH", kind, code, self._own_port(), 1))
        kind, code = self._chance.choice(ERRORS[family])
        quoted = craft.udp(Header(header.destination, header.source), *self._ports(), b"lost")
        return craft.ip(header, protocol, struct.pack(">BBx x4x", kind, code) + quoted)

    def _other(self, header: Header) -> bytes:
        """Each with as much of a header as somebody may look at."""
        protocol = self._chance.choice(OTHERS[4 if header.source.version == 4 else 6])
        ports = struct.pack(">HH", *self._ports())
        spi = self._chance.choice((255, 256, 1000, 1001))
        bodies = {
            GRE: bytes.fromhex("00000800") + bytes(20),
            ESP: struct.pack(">II", spi, 1) + bytes(16),
            AH: struct.pack(">BBHII", 59, 4, 0, spi, 1) + bytes(12),
            DCCP: ports + bytes.fromhex("0400000001000000") + bytes(12),
            SCTP: _with_crc(ports + bytes(8) + bytes.fromhex("01000014") + bytes(16)),
            UDPLITE: _with_sum(header, ports + struct.pack(">HH", 12, 0) + b"lite"),
        }
        return craft.ip(header, protocol, bodies.get(protocol, bytes(16)))


def _with_crc(body: bytes) -> bytes:
    """RFC 9260, appendix A: CRC32c, the lowest byte first."""
    crc = 0xFFFFFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return body[:8] + (crc ^ 0xFFFFFFFF).to_bytes(4, "little") + body[12:]


def _with_sum(header: Header, body: bytes) -> bytes:
    """RFC 3828: as UDP, but for its protocol."""
    pseudo = header.source.packed + header.destination.packed + struct.pack(">II", len(body), UDPLITE)
    whole = pseudo + body
    number = sum(int.from_bytes(whole[at : at + 2]) for at in range(0, len(whole), 2)) % 0xFFFF
    return body[:6] + (0xFFFF - number or 0xFFFF).to_bytes(2) + body[8:]


def _edges(texts: Iterable[str]) -> list[Address]:
    """The first and last address of each prefix, and the ones beside them, that a host may have or be sent to."""
    found: set[Address] = set()
    for text in texts:
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            continue
        own = ip_address(text.partition("/")[0])
        for address in (own, network[0], network[-1]):
            found |= {address, address + 1, address - 1} if 0 < int(address) < 2**address.max_prefixlen - 1 else set()
    return sorted((each for each in found if _is_usual(each)), key=lambda each: (each.version, int(each)))


def _is_usual(address: Address) -> bool:
    if address.version == 4:
        return 0x01000000 <= int(address) < 0xE0000000 and int(address) >> 24 != 127
    return int(address) >> 125 == 1
