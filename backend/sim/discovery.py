"""IPv6 finds neighbours by packets that rules see too: a router whose rules drop them hears, or is heard by, nobody.

Who looks for a neighbour solicits it, and the neighbour advertises itself (RFC 4861, 7.2). conntrack leaves both alone.
"""

from msgspec import Struct

from backend.model.interface import Interface
from backend.model.network import Attachment
from backend.sim.netfilter.hooks import FILTERING, ORDER, REROUTING, pass_tables
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.protocols import ICMPV6
from backend.sim.netfilter.rule import Kind
from backend.sim.netfilter.traverse import Asking, Choices, End
from backend.sim.network import CompiledNetwork
from backend.sim.packet import Content, Packet, show
from backend.sim.words import decision_of

HIGHEST_TTL = 255
SOLICITATION, ADVERTISEMENT = (135, 0), (136, 0)
LENGTH = 72
"""With the link-layer address of the sender."""
SOLICITED = 0xFF02_0000_0000_0000_0000_0001_FF00_0000
OUTPUT = (*(table for tables, _ in REROUTING for table in tables), *FILTERING)


class Looking(Struct, frozen=True):
    """Somebody looks for who has an address. None instead of an interface of a router: a host, which has no rules."""

    asker: Attachment | None
    address: int
    """Of the one who asks."""
    target: Attachment | None
    wanted: int


def silence(network: CompiledNetwork, looking: Looking) -> str:
    """Why it is not found; empty: it is."""
    question = _packet(looking.address, SOLICITED | looking.wanted & 0xFFFFFF, SOLICITATION)
    answer = _packet(looking.wanted, looking.address, ADVERTISEMENT)
    for at, packet, is_sent in (
        (looking.asker, question, True), (looking.target, question, False),
        (looking.target, answer, True), (looking.asker, answer, False),
    ):  # fmt: skip
        end = _stopped(network, at, packet, is_sent) if at is not None else None
        if at is not None and end is not None and end.matched is not None:
            rule = decision_of(at.router, 6, end.matched).spoken
            what = "question who has" if packet is question else "answer that it has"
            return f"the {what} {show(6, looking.wanted)} is dropped by {rule}"
    return ""


def link_local(interface: Interface) -> int:
    """By which a router asks for its neighbours; 0 where the facts do not have it."""
    return next((int(entry.address) for entry in interface.addresses if entry.address.is_link_local), 0)


def _packet(source: int, destination: int, icmp: tuple[int, int]) -> Packet:
    content = Content(icmp=icmp, length=LENGTH)
    return Packet(6, source, destination, ICMPV6, None, None, 0, 0, HIGHEST_TTL, content)


def _stopped(network: CompiledNetwork, at: Attachment, packet: Packet, is_sent: bool) -> End | None:
    """What may or may not match is taken not to."""
    firewall = network.firewalls[at.router][6]
    if not firewall.may_stop_own:
        return None
    meeting = Meeting(network.routers[at.router], packet, Hook.OUTPUT)
    asking = Asking(Choices((), []), lambda _: None)
    ways = (
        ((Hook.OUTPUT, OUTPUT), (Hook.POSTROUTING, ORDER[Hook.POSTROUTING]))
        if is_sent
        else ((Hook.PREROUTING, ORDER[Hook.PREROUTING]), (Hook.INPUT, ORDER[Hook.INPUT]))
    )
    for hook, tables in ways:
        meeting.hook = hook
        meeting.iif, meeting.oif = ("", at.interface) if is_sent else (at.interface, "")
        end = pass_tables(firewall, tables, meeting, (), asking)
        if end is not None and end.kind is not Kind.UNCERTAIN:
            return end
    return None
