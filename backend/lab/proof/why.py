"""Why a router let a packet go no further though no rule stopped it: the kernel is asked for the packet's route."""

import errno
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from ipaddress import IPv4Address
from pathlib import Path

from msgspec import Struct, structs

from backend.lab.kernel import rtnetlink
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import inside
from backend.lab.kernel.netlink import Message
from backend.lab.kernel.rtnetlink import ACTIONS, KINDS, Asked, Found
from backend.lab.watch.packet import Packet
from backend.model.address import Address
from backend.model.answer import DecisionKind
from backend.model.policy import RuleAction
from backend.model.route import RouteKind
from backend.model.verdict import Verdict

NOBODY = IPv4Address(0)
LOCAL = (KINDS[RouteKind.LOCAL], KINDS[RouteKind.ANYCAST])
UNREACHABLE, PROHIBIT = ACTIONS[RuleAction.UNREACHABLE], ACTIONS[RuleAction.PROHIBIT]
BROADCAST = KINDS[RouteKind.BROADCAST]
REFUSALS = {
    errno.ENETUNREACH: (Verdict.NO_ROUTE, "no route"),
    errno.EHOSTUNREACH: (Verdict.UNREACHABLE, "an unreachable route"),
    errno.EACCES: (Verdict.PROHIBITED, "a prohibit route"),
    errno.EINVAL: (Verdict.BLACKHOLE, "a blackhole route, or an address that no packet may have"),
}
FILTERED = "the reverse path filter: the way back is another one"
MARTIAN = "the source is an address of its own"
BROADCASTING = "the source is a broadcast address"
RULED = "a policy rule that says unreachable"


class Why(Struct, frozen=True):
    verdict: Verdict
    reason: str
    kind: DecisionKind = DecisionKind.NONE
    is_local: bool = False
    """The packet is for the router itself."""
    outgoing: str | None = None
    via: Address | None = None
    has_carrier: bool = True
    """Of the device that it would leave on."""


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
    with inside(descriptor), closing(Channel()) as channel:
        try:
            found = _found(channel, asked)
        except OSError as error:
            return _refused(channel, asked, error, packet, came_in)
        if found.kind in LOCAL:
            return Why(Verdict.ACCEPTED, "it is for the router itself", is_local=True)
        if found.kind == BROADCAST and came_in is not None:
            return Why(Verdict.UNREACHABLE, "a broadcast address, to which nothing is forwarded")
        if came_in is not None and not _forwards(packet, came_in):
            return Why(Verdict.FORWARDING_OFF, "forwarding is off")
        link = rtnetlink.read_link(channel.ask_one(rtnetlink.get_link(found.outgoing)))
    if came_in is not None and packet.ttl <= 1:
        return Why(Verdict.TTL_EXCEEDED, "the time to live has run out")
    via = found.via or packet.destination
    return Why(Verdict.ACCEPTED, "", outgoing=link.dev, via=via, has_carrier=link.is_ready)


def _found(channel: Channel, asked: Asked) -> Found:
    return rtnetlink.read_route(channel.ask_one(rtnetlink.get_route(asked)))


def _refused(channel: Channel, asked: Asked, error: OSError, packet: Packet, came_in: str | None) -> Why:
    is_ipv4 = packet.family == 4
    if is_ipv4 and error.errno == errno.EHOSTUNREACH and came_in is not None and not _forwards(packet, came_in):
        # In IPv4 the same number as for a route that says so (ip_route_input_slow in net/ipv4/route.c).
        return Why(Verdict.FORWARDING_OFF, "forwarding is off")
    if error.errno == errno.EINVAL and came_in is not None and packet.family == 4:
        for names, reason in ((("rp_filter",), FILTERED), (("rp_filter", "accept_local"), MARTIAN)):
            with switched(names, came_in):
                if _code(channel, asked) != errno.EINVAL:
                    return Why(Verdict.RPFILTER, reason)
        # A route that refuses is found first, and has the same number.
        is_routed = _code(channel, structs.replace(asked, source=NOBODY, incoming=0)) != errno.EINVAL
        if is_routed and _is_broadcast(channel, packet.source):
            return Why(Verdict.RPFILTER, BROADCASTING)
    if error.errno == errno.ENETUNREACH:
        with prohibited(channel, packet.family):
            if _code(channel, asked) == errno.EACCES:
                return Why(Verdict.UNREACHABLE, RULED, DecisionKind.ROUTE)
    verdict, reason = REFUSALS.get(error.errno or 0, (Verdict.UNKNOWN, f"the kernel says: {error.strerror}"))
    return Why(verdict, reason, DecisionKind.ROUTE)


def _is_broadcast(channel: Channel, address: Address) -> bool:
    """Of a subnet that the router is on (fib_validate_source in net/ipv4/fib_frontend.c)."""
    try:
        return _found(channel, Asked(NOBODY, address)).kind == BROADCAST
    except OSError:
        return False


def _code(channel: Channel, asked: Asked) -> int:
    try:
        _found(channel, asked)
    except OSError as error:
        return error.errno or 0
    return 0


@contextmanager
def switched(names: Iterable[str], came_in: str) -> Iterator[None]:
    """With the reverse path filter off, and with addresses of its own let in: the kernel refuses all three with one
    number (inet_rtm_getroute in net/ipv4/route.c), and asks its routes first (__mkroute_input, local_input)."""
    wanted = {"rp_filter": "0", "accept_local": "1"}
    files = {Path("/proc/sys/net/ipv4/conf", dev, name): wanted[name] for dev in ("all", came_in) for name in names}
    before = {file: file.read_text() for file in files}
    try:
        for file, value in files.items():
            file.write_text(value)
        yield
    finally:
        for file, value in before.items():
            file.write_text(value)


@contextmanager
def prohibited(channel: Channel, version: int) -> Iterator[None]:
    """With policy rules that prohibit in place of those that say unreachable, which is the same number as no route at
    all (fib4_rule_action in net/ipv4/fib_rules.c)."""
    rules = [body for body in channel.ask(rtnetlink.list_rules(version)) if body[7] == UNREACHABLE]
    others = [body[:7] + bytes([PROHIBIT]) + body[8:] for body in rules]
    try:
        channel.send([each for one, other in zip(rules, others, strict=True) for each in _exchanged(one, other)])
        yield
    finally:
        channel.send([each for one, other in zip(rules, others, strict=True) for each in _exchanged(other, one)])


def _exchanged(old: bytes, new: bytes) -> tuple[Message, Message]:
    return rtnetlink.remove_rule(old), rtnetlink.repeat_rule(new)


def _forwards(packet: Packet, came_in: str) -> bool:
    name = f"ipv4/conf/{came_in}" if packet.family == 4 else "ipv6/conf/all"
    return Path("/proc/sys/net", name, "forwarding").read_text().strip() != "0"
