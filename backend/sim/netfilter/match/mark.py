"""Marks of packets and of connections (net/netfilter/xt_mark.c, xt_connmark.c)."""

from typing import TYPE_CHECKING

from backend.model.firewall import Option
from backend.sim.netfilter.answer import Answer, Check
from backend.sim.netfilter.connection import State
from backend.sim.netfilter.match.checks import Compile, each_option, only
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import masked

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting


def _mark(option: Option, _: Scope) -> Check:
    value, mask = masked(only(option))
    is_wanted = not option.negated
    return lambda meeting: (meeting.packet.mark & mask == value) is is_wanted


def _connmark(option: Option, _: Scope) -> Check:
    value, mask = masked(only(option))
    is_wanted = not option.negated

    def check(meeting: "Meeting") -> Answer:
        connection = meeting.connection
        if connection is None:  # in table raw CT has put in one that has no mark yet
            return meeting.template is not None and meeting.state is State.NEW and (value == 0) is is_wanted
        return (connection.mark & mask == value) is is_wanted

    return check


MATCHES: dict[str, Compile] = {"mark": each_option({"--mark": _mark}), "connmark": each_option({"--mark": _connmark})}
