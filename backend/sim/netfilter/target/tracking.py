"""CT and NOTRACK: net/netfilter/xt_CT.c. They stand in table raw, before conntrack sees the packet."""

from backend.model.firewall import Target
from backend.sim.netfilter.connection import State, Template
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import Change
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.target.options import UnreadError, options_of, value
from backend.sim.netfilter.values import number

OPTIONS = frozenset((
    "--notrack", "--helper", "--ctevents", "--expevents", "--zone", "--zone-orig", "--zone-reply", "--timeout",
))  # fmt: skip


def ct(target: Target, scope: Scope) -> Change:
    options = options_of(target, OPTIONS)
    if "--notrack" in options:
        return notrack(target, scope)
    if "--zone-orig" in options or "--zone-reply" in options or value(options, "--zone") == "mark":
        raise UnreadError("CT: a zone for one direction, or by mark, is not followed here")
    template = Template(number(value(options, "--zone") or "0"), value(options, "--helper") or "")

    def change(meeting: Meeting) -> None:
        if not _is_decided(meeting):
            meeting.template = template
            meeting.state = State.NEW  # of the template, until conntrack sees the packet

    return change


def notrack(target: Target, scope: Scope) -> Change:
    def change(meeting: Meeting) -> None:
        if not _is_decided(meeting):
            meeting.state = State.UNTRACKED

    return change


def _is_decided(meeting: Meeting) -> bool:
    """The first rule counts (xt_ct_target); and what comes over lo was tracked when it was sent."""
    return meeting.connection is not None or meeting.template is not None or meeting.state is State.UNTRACKED
