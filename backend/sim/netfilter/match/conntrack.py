"""State and origin of the connection (net/netfilter/xt_conntrack.c). `state` is another name of the same match."""

from collections.abc import Callable
from functools import lru_cache
from operator import index
from typing import TYPE_CHECKING

from backend.model.firewall import Match, Option, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.connection import Connection, State
from backend.sim.netfilter.match.checks import Compile, Reader, all_of, always, only, reader_of
from backend.sim.netfilter.protocols import ICMP, ICMPV6
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import chosen, network, port_range, protocol

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

STATES = ("INVALID", "ESTABLISHED", "NEW", "RELATED", "UNTRACKED", "SNAT", "DNAT")
STATUSES = ("NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED")
TRANSLATED = index(State.SNAT | State.DNAT)
ESTABLISHED, RELATED = index(State.ESTABLISHED), index(State.RELATED)
PING = (ICMP, ICMPV6)


@lru_cache(maxsize=1024)
def state_bits(text: str) -> int:
    return sum(State[name] for name in {chosen(word, STATES) for word in text.split(",")})


def _state(option: Option) -> Check:
    wanted, is_wanted = state_bits(only(option)), not option.negated
    if not wanted & TRANSLATED:
        return lambda meeting: (index(meeting.state) & wanted != 0) is is_wanted
    by_source, by_destination = bool(wanted & State.SNAT), bool(wanted & State.DNAT)

    def check(meeting: "Meeting") -> Answer:
        connection = meeting.connection
        return (
            index(meeting.state) & wanted != 0
            or (by_source and connection is not None and connection.has_source_translated)
            or (by_destination and connection is not None and connection.has_destination_translated)
        ) is is_wanted

    return check


def _address(pick: Callable[[Connection], int]) -> Reader:
    def read(option: Option, scope: Scope) -> Check:
        base, mask = network(only(option), scope.family)
        is_wanted = not option.negated
        return lambda meeting: (pick(_connection(meeting)) & mask == base) is is_wanted

    return read


def _port(pick: Callable[[Connection], int | None]) -> Reader:
    def read(option: Option, _: Scope) -> Check:
        first, last = port_range(only(option))
        is_wanted = not option.negated
        name = option.name.removeprefix("--")
        unsaid = Doubt(f"conntrack: {name} of a connection whose port the flow does not name")
        # Of ICMP the kernel compares identifier, type and code (include/net/netfilter/nf_conntrack_tuple.h).
        of_ping = Doubt(f"conntrack: {name} of a connection of ICMP", is_unknown=True)

        def check(meeting: "Meeting") -> Answer:
            connection = _connection(meeting)
            if connection.original.protocol in PING:
                return of_ping
            port = pick(connection)
            return unsaid if port is None else (first <= port <= last) is is_wanted

        return check

    return read


def _connection(meeting: "Meeting") -> Connection:
    assert meeting.connection is not None  # asked before
    return meeting.connection


def _protocol(option: Option, _: Scope) -> Check:
    wanted, is_wanted = protocol(only(option)), not option.negated
    return lambda meeting: (_connection(meeting).original.protocol == wanted) is is_wanted


def _direction(option: Option, _: Scope) -> Check:
    is_reply = chosen(only(option), ("ORIGINAL", "REPLY")) == "REPLY"
    return lambda meeting: meeting.is_reply is is_reply


def _expires(option: Option, _: Scope) -> Check:
    return always(Doubt(f"conntrack: {'not ' * option.negated}ctexpire {only(option)}"))


def _status(option: Option, _: Scope) -> Check:
    """NONE adds nothing: asked for alone it never matches (extensions/libxt_conntrack.c of iptables)."""
    asked = {chosen(word, STATUSES) for word in only(option).split(",")} - {"NONE"}
    is_wanted = not option.negated
    unsaid = Doubt(f"conntrack: {'not ' * option.negated}ctstatus {only(option)}")

    def check(meeting: "Meeting") -> Answer:
        answers = [STATUS[name](meeting) for name in asked]
        if any(answers):
            return is_wanted
        return unsaid if None in answers else not is_wanted

    return check


def _is_expected(meeting: "Meeting") -> bool | None:
    """Only what a helper has announced is, and that we do not follow."""
    is_announced = index(meeting.state) == RELATED and _connection(meeting).original.protocol not in PING
    return None if is_announced and meeting.packet.protocol not in PING else False


def _is_answered(meeting: "Meeting") -> bool:
    return _connection(meeting).is_answered or (meeting.is_reply and index(meeting.state) == ESTABLISHED)


def _is_assured(meeting: "Meeting") -> bool | None:
    """Some time after the first answer, when that is depends on the protocol; of a ping never."""
    return None if _is_answered(meeting) and _connection(meeting).original.protocol not in PING else False


def _is_confirmed(meeting: "Meeting") -> bool | None:
    """Once its first packet has left, or was taken in (nf_confirm)."""
    if index(meeting.state) == RELATED:
        return None if _is_expected(meeting) is None else True
    return index(meeting.state) == ESTABLISHED or _connection(meeting).is_confirmed


STATUS: dict[str, Callable[["Meeting"], bool | None]] = {
    "EXPECTED": _is_expected,
    "SEEN_REPLY": _is_answered,
    "ASSURED": _is_assured,
    "CONFIRMED": _is_confirmed,
}
OF_STATE = ("--ctstate", "--state")
OF_CONNECTION: dict[str, Reader] = {
    "--ctproto": _protocol,
    "--ctorigsrc": _address(lambda connection: connection.original.source),
    "--ctorigdst": _address(lambda connection: connection.original.destination),
    "--ctreplsrc": _address(lambda connection: connection.reply.source),
    "--ctrepldst": _address(lambda connection: connection.reply.destination),
    "--ctorigsrcport": _port(lambda connection: connection.original.source_port),
    "--ctorigdstport": _port(lambda connection: connection.original.destination_port),
    "--ctreplsrcport": _port(lambda connection: connection.reply.source_port),
    "--ctrepldstport": _port(lambda connection: connection.reply.destination_port),
    "--ctstatus": _status,
    "--ctexpire": _expires,
    "--ctdir": _direction,
}


def _conntrack(match: Match, _: Rule, scope: Scope) -> Check:
    state = all_of([_state(option) for option in match.options if option.name in OF_STATE])
    rest = [option for option in match.options if option.name not in OF_STATE]
    of_connection = all_of([reader_of(OF_CONNECTION, option)(option, scope) for option in rest])
    asks_state = len(rest) < len(match.options)
    if asks_state and not rest:
        return state

    def check(meeting: "Meeting") -> Answer:
        if state(meeting) is False:
            return False
        # Without a connection the state alone decides, and where none is asked for, nothing matches.
        return asks_state if meeting.connection is None else of_connection(meeting)

    return check


MATCHES: dict[str, Compile] = {"conntrack": _conntrack, "state": _conntrack}
