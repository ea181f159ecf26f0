"""What else is kept with a connection: labels, helper, counters (net/netfilter/xt_connlabel.c, xt_helper.c …)."""

from typing import TYPE_CHECKING

from msgspec import structs

from backend.model.firewall import Match, Option, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.connection import State
from backend.sim.netfilter.match.checks import (
    Compile,
    always,
    each_option,
    in_words,
    known_options,
    no,
    only,
    option_of,
    yes,
)
from backend.sim.netfilter.protocols import ICMP, ICMPV6
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import number, number_range

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

LABEL_OPTIONS = frozenset(("--label", "--set"))
LIMIT_OPTIONS = frozenset(
    ("--connlimit-upto", "--connlimit-above", "--connlimit-mask", "--connlimit-saddr", "--connlimit-daddr")
)
BYTES_OPTIONS = frozenset(("--connbytes", "--connbytes-dir", "--connbytes-mode"))
NO_LIMIT = (1 << 64) - 1


def _connlabel(match: Match, _: Rule, __: Scope) -> Check:
    """A label may be set by the match itself; then it is there for what follows."""
    known_options(match, LABEL_OPTIONS)
    label = option_of(match, "--label")
    if label is None:
        raise ValueError("--label expected")
    if not only(label).isdecimal():
        raise ValueError("names of labels are not in the facts")
    bit, is_wanted = number(only(label)), not label.negated
    sets = option_of(match, "--set") is not None

    def check(meeting: "Meeting") -> Answer:
        connection = meeting.connection
        if connection is None:
            return not is_wanted
        if bit in connection.labels:
            return is_wanted
        if sets:
            meeting.connection = structs.replace(connection, labels=connection.labels | {bit})
            return is_wanted
        return not is_wanted

    return check


def _helper(option: Option, _: Scope) -> Check:
    """Asks for the helper of the connection that announced this one: data of FTP, say. Our connections open
    themselves, so only what is RELATED without being an ICMP error can have such a parent."""
    unsaid = Doubt(f"helper: {'not ' * option.negated}{only(option)}")
    is_wanted = not option.negated

    def check(meeting: "Meeting") -> Answer:
        is_announced = meeting.state is State.RELATED and meeting.packet.protocol not in (ICMP, ICMPV6)
        return unsaid if is_announced else not is_wanted

    return check


def _connlimit(match: Match, _: Rule, __: Scope) -> Check:
    """The connection that asks is counted too, so there is always at least one."""
    known_options(match, LIMIT_OPTIONS)
    limit = option_of(match, "--connlimit-upto", "--connlimit-above")
    if limit is None:
        raise ValueError("--connlimit-upto or -above expected")
    is_upto = (limit.name == "--connlimit-upto") is not limit.negated
    if number(only(limit)) == 0:
        return no if is_upto else yes
    return always(Doubt(in_words(match)))


def _connbytes(match: Match, _: Rule, __: Scope) -> Check:
    """The first packet of a connection is already counted when rules see it (nf_ct_refresh_acct)."""
    known_options(match, BYTES_OPTIONS)
    asked, direction, mode = (option_of(match, f"--connbytes{part}") for part in ("", "-dir", "-mode"))
    if asked is None or direction is None or mode is None:
        raise ValueError("--connbytes, --connbytes-dir and --connbytes-mode expected")
    first, last = number_range(only(asked), NO_LIMIT)
    last = last if ":" in only(asked) else NO_LIMIT
    # iptables says "not" by changing the ends, and of one number there is nothing to change.
    is_wanted, unsaid = not asked.negated or first == last, Doubt(in_words(match))
    is_reply, is_packets = only(direction) == "reply", only(mode) == "packets"

    def check(meeting: "Meeting") -> Answer:
        if meeting.connection is None:
            return False
        if meeting.state is not State.NEW:
            return unsaid
        count = 0 if is_reply else 1 if is_packets else meeting.packet.content.length
        return unsaid if count is None else (first <= count <= last) is is_wanted

    return check


MATCHES: dict[str, Compile] = {
    "connlabel": _connlabel,
    "helper": each_option({"--helper": _helper}),
    "connlimit": _connlimit,
    "connbytes": _connbytes,
}
