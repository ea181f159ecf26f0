"""Why a router let a packet go no further though no rule stopped it: the kernel is asked for the packet's route."""

import errno
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from backend.lab.kernel import rtnetlink
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import inside
from backend.lab.kernel.rtnetlink import KINDS, Asked
from backend.lab.watch.packet import Packet
from backend.model.address import Address
from backend.model.answer import DecisionKind
from backend.model.route import RouteKind
from backend.model.verdict import Verdict

LOCAL = (KINDS[RouteKind.LOCAL], KINDS[RouteKind.ANYCAST])
REFUSALS = {
    errno.ENETUNREACH: (Verdict.NO_ROUTE, "no route"),
    errno.EHOSTUNREACH: (Verdict.UNREACHABLE, "an unreachable route"),
    errno.EACCES: (Verdict.PROHIBITED, "a prohibit route"),
    errno.EINVAL: (Verdict.BLACKHOLE, "a blackhole route, or an address that no packet may have"),
    errno.EXDEV: (Verdict.RPFILTER, "the reverse path filter: the way back is another one"),
}


class Why(Struct, frozen=True):
    verdict: Verdict
    reason: str
    kind: DecisionKind = DecisionKind.NONE
    is_local: bool = False
    """The packet is for the router itself."""
    outgoing: str | None = None
    via: Address | None = None


def why(descriptor: int, indexes: Mapping[str, int], packet: Packet, came_in: str | None, mark: int = 0) -> Why:
    """`descriptor` of the router's namespace; the packet as routing sees it, behind PREROUTING."""
    asked = Asked(
        packet.source,
        packet.destination,
        indexes[came_in] if came_in is not None else 0,
        mark,
        packet.tos,
        packet.protocol,
        packet.source_port,
        packet.destination_port,
    )
    with inside(descriptor):
        channel = Channel()
        try:
            found = rtnetlink.read_route(channel.ask_one(rtnetlink.get_route(asked)))
        except OSError as error:
            return _refused(error, packet, came_in)
        finally:
            channel.close()
        if found.kind in LOCAL:
            return Why(Verdict.ACCEPTED, "it is for the router itself", is_local=True)
        if came_in is not None and not _forwards(packet, came_in):
            return Why(Verdict.FORWARDING_OFF, "forwarding is off")
    if came_in is not None and packet.ttl <= 1:
        return Why(Verdict.TTL_EXCEEDED, "the time to live has run out")
    names = {index: name for name, index in indexes.items()}
    return Why(Verdict.ACCEPTED, "", outgoing=names.get(found.outgoing), via=found.via or packet.destination)


def _refused(error: OSError, packet: Packet, came_in: str | None) -> Why:
    if error.errno == errno.EHOSTUNREACH and came_in is not None and not _forwards(packet, came_in):
        # The same number as for a route that says so (ip_route_input_slow in net/ipv4/route.c).
        return Why(Verdict.FORWARDING_OFF, "forwarding is off")
    verdict, reason = REFUSALS.get(error.errno or 0, (Verdict.UNKNOWN, f"the kernel says: {error.strerror}"))
    kind = DecisionKind.NONE if verdict is Verdict.RPFILTER else DecisionKind.ROUTE
    return Why(verdict, reason, kind)


def _forwards(packet: Packet, came_in: str) -> bool:
    name = f"ipv4/conf/{came_in}" if packet.family == 4 else "ipv6/conf/all"
    return Path("/proc/sys/net", name, "forwarding").read_text().strip() != "0"
