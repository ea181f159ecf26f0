"""Devices and the link under a packet (net/netfilter/xt_devgroup.c, xt_mac.c, xt_pkttype.c, ip6t_eui64.c)."""

from typing import TYPE_CHECKING

from backend.model.firewall import Match, Option, Rule
from backend.model.route import RouteKind
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.addrtype import kind4
from backend.sim.netfilter.match.checks import Compile, each_option, in_words, known_options, only
from backend.sim.netfilter.meeting import Hook
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import WORD, masked

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

ARRIVING = (Hook.PREROUTING, Hook.INPUT, Hook.FORWARD)
TYPES = {
    "unicast": "unicast", "host": "unicast", "broadcast": "broadcast", "bcast": "broadcast", "multicast": "multicast",
    "mcast": "multicast", "otherhost": "otherhost",
}  # fmt: skip


def _source_group(option: Option, scope: Scope) -> Check:
    groups = _group_answers(option, scope)
    return lambda meeting: groups.get(meeting.iif, False)


def _destination_group(option: Option, scope: Scope) -> Check:
    groups = _group_answers(option, scope)
    return lambda meeting: groups.get(meeting.oif, False)


def _group_answers(option: Option, scope: Scope) -> dict[str, Answer]:
    """For each device whether it is of the group. Names of groups are in /etc/iproute2/group, which is not in facts."""
    text, is_wanted = only(option), not option.negated
    answers: dict[str, Answer] = {}
    for interface in scope.router.interfaces:
        group = "0" if interface.group == "default" else interface.group
        wanted = "0" if text == "default" else text
        if group.isdecimal() and wanted[:1].isdigit():
            value, mask = masked(wanted, WORD)
            answers[interface.name] = ((int(group) ^ value) & mask == 0) is is_wanted
        elif not group[:1].isdigit() and not wanted[:1].isdigit():
            answers[interface.name] = (group == wanted) is is_wanted
        else:
            reason = f"devgroup: whether group {group} of {interface.name} is {wanted}"
            answers[interface.name] = Doubt(reason, is_unknown=True)
    return answers


def _mac(option: Option, scope: Scope) -> Check:
    unsaid = Doubt(f"mac: {'not ' * option.negated}source {only(option)}")
    return _on_ethernet(scope, unsaid)


def _eui64(match: Match, _: Rule, scope: Scope) -> Check:
    known_options(match, frozenset())
    return _on_ethernet(scope, Doubt(in_words(match)))


def _on_ethernet(scope: Scope, unsaid: Doubt) -> Check:
    """Other links have no such address, and then nothing matches, negated or not."""
    ethernet = frozenset(interface.name for interface in scope.router.interfaces if interface.link == "ether")

    def check(meeting: "Meeting") -> Answer:
        return unsaid if meeting.iif in ethernet else False

    return check


def _pkttype(option: Option, _: Scope) -> Check:
    """Hosts and routers send unicast to one station, and the rest to all or to a group."""
    text = only(option).lower()
    if text not in TYPES:
        raise ValueError(f"no type of packet of the name {text}")
    wanted, is_wanted = TYPES[text], not option.negated

    def check(meeting: "Meeting") -> Answer:
        found = _link_type(meeting)
        return found if isinstance(found, Doubt) else (found == wanted) is is_wanted

    return check


def _link_type(meeting: "Meeting") -> str | Doubt:
    """What is made here or forwarded counts as `to us` (PACKET_HOST) up to the driver."""
    if meeting.hook not in ARRIVING:
        return "unicast"
    destination = _came_for(meeting)
    if meeting.packet.family == 6:
        return "multicast" if destination >> 120 == 0xFF else "unicast"
    kind = kind4(meeting.router, destination)
    if isinstance(kind, Doubt):
        return kind
    if kind is RouteKind.BROADCAST and not _is_of_link(meeting, destination):
        return "unicast"
    return kind.value if kind in (RouteKind.BROADCAST, RouteKind.MULTICAST) else "unicast"


def _came_for(meeting: "Meeting") -> int:
    """Whom the packet was for on its link, before table nat."""
    connection = meeting.connection
    if connection is None:
        return meeting.packet.destination
    return (connection.reply if meeting.is_reply else connection.original).destination


def _is_of_link(meeting: "Meeting", destination: int) -> bool:
    """Who is on another link sends to one station what is for all on this one."""
    interface = meeting.router.interfaces.get(meeting.iif)
    entries = interface.addresses if interface is not None else ()
    known = {int(entry.broadcast) for entry in entries if entry.broadcast is not None}
    return destination == 0xFFFFFFFF or destination in known


MATCHES: dict[str, Compile] = {
    "devgroup": each_option({"--src-group": _source_group, "--dst-group": _destination_group}),
    "mac": each_option({"--mac-source": _mac}),
    "eui64": _eui64,
    "pkttype": each_option({"--pkt-type": _pkttype}),
}
