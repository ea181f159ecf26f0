"""What table nat makes of a connection, and its translation of each packet: net/netfilter/nf_nat_core.c."""

from msgspec import Struct, structs

from backend.model.address import Family
from backend.model.flow import PORT_PROTOCOLS
from backend.sim.netfilter.connection import State, Tuple
from backend.sim.netfilter.jhash import jhash2
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.values import PORT
from backend.sim.packet import Packet

SOURCE_HOOKS = frozenset((Hook.INPUT, Hook.POSTROUTING))
"""Where sources are translated; in PREROUTING and OUTPUT it is destinations (HOOK2MANIP)."""


class Range(Struct, frozen=True):
    """To which addresses and ports a rule translates; None: as it is."""

    addresses: tuple[int, int] | None = None
    ports: tuple[int, int] | None = None
    base_port: int | None = None
    """`--to-destination 10.0.0.1:80-90/8080`: ports are moved by what theirs are above this one."""
    is_random: bool = False
    is_persistent: bool = False
    netmask: int | None = None
    """NETMAP: only these bits change."""


def is_source(meeting: Meeting) -> bool:
    return meeting.hook in SOURCE_HOOKS


def is_asked(meeting: Meeting) -> bool:
    """Whether table nat is asked: once at each end of the way, of the first packet of a connection.

    Never of an ICMP error, which is translated as what it quotes."""
    connection = meeting.connection
    if connection is None or meeting.state is not State.NEW:
        return False
    return not (connection.is_source_decided if is_source(meeting) else connection.is_destination_decided)


def bind(meeting: Meeting, to: Range, family: Family) -> None:
    """The connection is translated from now on; with an empty range it is not (nf_nat_setup_info)."""
    connection = meeting.connection
    assert connection is not None
    at_source = is_source(meeting)
    current = connection.reply.turned
    wanted = _wanted(current, to, family, at_source, connection.zone)
    if at_source:
        changed = structs.replace(
            connection,
            reply=wanted.turned,
            is_source_decided=True,
            has_source_translated=connection.has_source_translated or wanted != current,
        )
    else:
        changed = structs.replace(
            connection,
            reply=wanted.turned,
            is_destination_decided=True,
            has_destination_translated=connection.has_destination_translated or wanted != current,
        )
    meeting.connection = changed


def translate(meeting: Meeting) -> None:
    """As the connection has it, in the direction of the packet (nf_nat_packet). Of an ICMP error these are its own
    addresses, where they are those of the connection (nf_nat_icmp_reply_translation)."""
    connection = meeting.connection
    if connection is None or not (connection.has_source_translated or connection.has_destination_translated):
        return
    at_source = is_source(meeting)
    # An answer goes back to the source that was translated: as a destination.
    concerns_source = at_source is not meeting.is_reply
    if not (connection.has_source_translated if concerns_source else connection.has_destination_translated):
        return
    wanted = connection.original.turned if meeting.is_reply else connection.reply.turned
    meeting.packet = _with_end(meeting.packet, wanted, at_source)


def _with_end(packet: Packet, wanted: Tuple, at_source: bool) -> Packet:
    has_ports = packet.protocol in PORT_PROTOCOLS
    if at_source:
        port = wanted.source_port if has_ports else packet.source_port
        return structs.replace(packet, source=wanted.source, source_port=port)
    port = wanted.destination_port if has_ports else packet.destination_port
    return structs.replace(packet, destination=wanted.destination, destination_port=port)


def _wanted(current: Tuple, to: Range, family: Family, at_source: bool, zone: int) -> Tuple:
    """get_unique_tuple, where nobody else uses what is wanted."""
    if to.addresses is None and to.ports is None:
        return current
    address = current.source if at_source else current.destination
    port = current.source_port if at_source else current.destination_port
    if at_source and not to.is_random and _is_in(address, port, to, current):
        return current
    if to.netmask is not None and to.addresses is not None:
        address = address & ~to.netmask | to.addresses[0] & to.netmask
    elif to.addresses is not None:
        address = _chosen(current, to, family, at_source, zone)
    port = _port(port, to, at_source) if current.protocol in PORT_PROTOCOLS else port
    if at_source:
        return structs.replace(current, source=address, source_port=port)
    return structs.replace(current, destination=address, destination_port=port)


def _is_in(address: int, port: int | None, to: Range, current: Tuple) -> bool:
    if to.netmask is not None:
        return False
    is_address = to.addresses is None or to.addresses[0] <= address <= to.addresses[1]
    if to.ports is None or current.protocol not in PORT_PROTOCOLS:
        return is_address
    return is_address and port is not None and to.ports[0] <= port <= to.ports[1]


def _port(port: int | None, to: Range, at_source: bool) -> int | None:
    """None: the kernel chooses one by chance."""
    if to.ports is None:
        return None if to.is_random and at_source else port
    first, last = to.ports
    if to.base_port is not None:
        return None if port is None else first + (port - to.base_port & PORT) % (last - first + 1)
    if not to.is_random and port is not None and first <= port <= last:
        return port
    return first if first == last or not (at_source or to.is_random) else None


def _chosen(current: Tuple, to: Range, family: Family, at_source: bool, zone: int) -> int:
    """Of several addresses by a hash of the ends, so that an end keeps its own (find_best_ips_proto).

    The kernel writes a destination word by word, and goes on with what it has written."""
    assert to.addresses is not None
    low, high = to.addresses
    if low == high:
        return low
    source, destination = _words(current.source, family), _words(current.destination, family)
    last = len(source) - 1
    padded = [*source, 0, 0, 0][:4]
    chosen = jhash2(padded, 0 if to.is_persistent else destination[last] ^ zone)
    lows, highs = _big(low, family), _big(high, family)
    value, is_full = 0, False
    for at in range(last + 1):
        minimum, distance = (0, 0xFFFFFFFF) if is_full else (lows[at], (highs[at] - lows[at] + 1) & 0xFFFFFFFF)
        word = (minimum + (chosen * distance >> 32)) & 0xFFFFFFFF
        is_full = is_full or word != highs[at]
        value = value << 32 | word
        if not to.is_persistent:
            chosen ^= destination[at] if at_source else _little(word)
    return value


def _big(address: int, family: Family) -> list[int]:
    return [address >> shift & 0xFFFFFFFF for shift in ((0,) if family == 4 else (96, 64, 32, 0))]


def _words(address: int, family: Family) -> list[int]:
    """As a machine that puts the lowest byte first reads them."""
    return [_little(word) for word in _big(address, family)]


def _little(word: int) -> int:
    return int.from_bytes(word.to_bytes(4, "big"), "little")
