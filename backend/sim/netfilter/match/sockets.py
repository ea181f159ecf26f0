"""Who made or awaits a packet here (net/netfilter/xt_owner.c, xt_cgroup.c, xt_socket.c)."""

from typing import TYPE_CHECKING

from backend.model.firewall import Match, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, in_words, known_options
from backend.sim.netfilter.meeting import Hook
from backend.sim.netfilter.protocols import ICMP, ICMPV6, TCP, UDP
from backend.sim.netfilter.scope import Scope

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

OWNER_OPTIONS = frozenset(("--uid-owner", "--gid-owner", "--suppl-groups", "--socket-exists"))


def _owner(match: Match, _: Rule, __: Scope) -> Check:
    """What is forwarded has no socket: then only what is negated holds."""
    known_options(match, OWNER_OPTIONS)
    unsaid = Doubt(in_words(match))
    without = all(option.negated for option in match.options if option.name != "--suppl-groups")
    return lambda meeting: unsaid if _may_be_made_here(meeting) else without


def _cgroup(match: Match, _: Rule, __: Scope) -> Check:
    """Without a socket nothing matches, negated or not."""
    known_options(match, frozenset(("--path", "--cgroup")))
    unsaid = Doubt(in_words(match))
    # On the way in, early demultiplexing may already have found the socket.
    return lambda meeting: unsaid if meeting.hook is Hook.INPUT or _may_be_made_here(meeting) else False


def _may_be_made_here(meeting: "Meeting") -> bool:
    """In POSTROUTING what is forwarded shows no other sign than a foreign source."""
    if meeting.hook is Hook.POSTROUTING:
        return (meeting.packet.family, meeting.packet.source) in meeting.router.own
    return meeting.hook is Hook.OUTPUT


def _socket(match: Match, _: Rule, __: Scope) -> Check:
    """Sockets are looked up for TCP and UDP, and for what an ICMP error quotes."""
    known_options(match, frozenset(("--transparent", "--nowildcard", "--restore-skmark")))
    unsaid = Doubt(in_words(match))

    def check(meeting: "Meeting") -> Answer:
        return unsaid if meeting.packet.protocol in (None, TCP, UDP, ICMP, ICMPV6) else False

    return check


MATCHES: dict[str, Compile] = {"owner": _owner, "cgroup": _cgroup, "socket": _socket}
