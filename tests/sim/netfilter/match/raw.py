"""A packet of the simulator as a frame on the wire."""

from backend.lab.watch.craft import with_checksums
from backend.sim.netfilter.match.known import known_bytes
from backend.sim.netfilter.protocols import TCP
from backend.sim.packet import Packet

FROM = bytes.fromhex("020000000001")


def frame(packet: Packet, to: bytes) -> bytes:
    """What the flow does not tell is 0."""
    known = known_bytes(packet)
    data = bytearray(known.value.to_bytes(known.bits // 8, "big").ljust(packet.content.length or 0, b"\0"))
    start = 20 if packet.family == 4 else 40
    if packet.protocol == TCP:
        mss = packet.content.mss
        data[start + 12] = (6 if mss else 5) << 4
        if mss:
            data[start + 20 : start + 24] = b"\x02\x04" + mss.to_bytes(2, "big")
    kind = b"\x08\x00" if packet.family == 4 else b"\x86\xdd"
    return _station(packet, to) + FROM + kind + with_checksums(bytes(data))


def _station(packet: Packet, to: bytes) -> bytes:
    raw = packet.destination.to_bytes(4 if packet.family == 4 else 16, "big")
    if packet.family == 6:
        return b"\x33\x33" + raw[-4:] if raw[0] == 0xFF else to
    if raw[0] >> 4 == 0xE:
        return b"\x01\x00\x5e" + bytes((raw[1] & 0x7F,)) + raw[2:]
    return b"\xff" * 6 if raw[3] == 255 else to
