"""The tables that a packet comes to at each hook, in the kernel's order (include/uapi/linux/netfilter_ipv4.h)."""

from collections.abc import Callable, Iterable, Sequence

from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.firewall import CompiledFirewall
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.rule import Kind
from backend.sim.netfilter.tracking import track
from backend.sim.netfilter.translation import Range, bind, is_asked, translate
from backend.sim.netfilter.traverse import Asking, End, traverse
from backend.sim.packet import Packet

TRACKING = "conntrack"
"""Not a table, but it stands between them."""
ORDER: dict[Hook, Sequence[str]] = {
    Hook.PREROUTING: ("raw", TRACKING, "mangle", "nat"),
    Hook.INPUT: ("mangle", "filter", "security", "nat"),
    Hook.FORWARD: ("mangle", "filter", "security"),
    Hook.POSTROUTING: ("mangle", "nat"),
}
NOT_TRANSLATED = Range()


def _routed_by(packet: Packet) -> tuple[int, ...]:
    return packet.source, packet.destination, packet.mark, packet.tos


REROUTING: tuple[tuple[Sequence[str], Callable[[Packet], object]], ...] = (
    (("raw", TRACKING), lambda packet: None),
    (("mangle",), _routed_by),
    (("nat",), lambda packet: packet.destination),
)
"""Of OUTPUT: tables behind which the route is looked for again where what they have changed asks for it
(ipt_mangle_out in net/ipv4/netfilter/iptable_mangle.c, nf_nat_ipv4_local_fn in net/netfilter/nf_nat_proto.c)."""
FILTERING = ("filter", "security")
"""The others of OUTPUT."""


def pass_tables(
    firewall: CompiledFirewall,
    tables: Iterable[str],
    meeting: Meeting,
    known: Iterable[Connection],
    asking: Asking,
) -> End | None:
    """What stops the packet; None: nothing does."""
    for table in tables:
        if table is TRACKING:
            if firewall.is_tracking:
                track(meeting, known)
            continue
        end = _translated(firewall, meeting, asking) if table == "nat" else _ask(firewall, table, meeting, asking)
        if end is not None:
            return end
    return None


def _ask(firewall: CompiledFirewall, table: str, meeting: Meeting, asking: Asking) -> End | None:
    found = firewall.tables.get(table)
    chain = found.chains.get(meeting.hook.name) if found is not None else None
    if found is None or chain is None:
        return None
    end = traverse(found, chain, meeting, asking)
    return None if end.kind is Kind.ACCEPT else end


def _translated(firewall: CompiledFirewall, meeting: Meeting, asking: Asking) -> End | None:
    """Without a table nat nothing is translated, as all that the table does is bound to the connection."""
    if "nat" not in firewall.tables:
        return None
    if is_asked(meeting):
        end = _ask(firewall, "nat", meeting, asking)
        if end is not None:
            return end
        if is_asked(meeting):  # no rule has decided it
            bind(meeting, NOT_TRANSLATED, meeting.packet.family)
    translate(meeting)
    return None
