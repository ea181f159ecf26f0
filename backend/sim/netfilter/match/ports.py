"""Source and destination ports (net/netfilter/xt_tcpudp.c, xt_multiport.c)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from backend.model.firewall import Option
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, Reader, each_option, no, only, yes
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import PORT, Range, port_range, port_ranges

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

NO_SOURCE_PORT = Doubt("the flow names no source port")
NO_DESTINATION_PORT = Doubt("the flow names no destination port")
EVERY_PORT = (0, PORT)


def _source_check(wanted: Range, is_wanted: bool) -> Check:
    if wanted == EVERY_PORT:
        return yes if is_wanted else no
    first, last = wanted

    def check(meeting: "Meeting") -> Answer:
        port = meeting.packet.source_port
        return NO_SOURCE_PORT if port is None else (first <= port <= last) is is_wanted

    return check


def _destination_check(wanted: Range, is_wanted: bool) -> Check:
    if wanted == EVERY_PORT:
        return yes if is_wanted else no
    first, last = wanted

    def check(meeting: "Meeting") -> Answer:
        port = meeting.packet.destination_port
        return NO_DESTINATION_PORT if port is None else (first <= port <= last) is is_wanted

    return check


def _source_port(option: Option, _: Scope) -> Check:
    return _source_check(port_range(only(option)), not option.negated)


def _destination_port(option: Option, _: Scope) -> Check:
    return _destination_check(port_range(only(option)), not option.negated)


PORT_OPTIONS: dict[str, Reader] = {
    "--sport": _source_port,
    "--source-port": _source_port,
    "--dport": _destination_port,
    "--destination-port": _destination_port,
}


def _among(pick: Callable[["Meeting"], int | None], missing: Doubt, option: Option) -> Check:
    ranges, is_wanted = port_ranges(only(option)), not option.negated
    single = frozenset(first for first, last in ranges if first == last)
    wide = tuple(each for each in ranges if each[0] != each[1])

    def check(meeting: "Meeting") -> Answer:
        port = pick(meeting)
        if port is None:
            return missing
        return (port in single or any(first <= port <= last for first, last in wide)) is is_wanted

    return check


def _sources(option: Option, _: Scope) -> Check:
    return _among(lambda meeting: meeting.packet.source_port, NO_SOURCE_PORT, option)


def _destinations(option: Option, _: Scope) -> Check:
    return _among(lambda meeting: meeting.packet.destination_port, NO_DESTINATION_PORT, option)


def _either(option: Option, _: Scope) -> Check:
    ranges, is_wanted = port_ranges(only(option)), not option.negated

    def check(meeting: "Meeting") -> Answer:
        source, destination = meeting.packet.source_port, meeting.packet.destination_port
        for port in (source, destination):
            if port is not None and any(first <= port <= last for first, last in ranges):
                return is_wanted
        if source is None:
            return NO_SOURCE_PORT
        return NO_DESTINATION_PORT if destination is None else not is_wanted

    return check


MATCHES: dict[str, Compile] = {
    "udp": each_option(PORT_OPTIONS),
    "udplite": each_option(PORT_OPTIONS),
    "multiport": each_option(
        {
            "--sports": _sources,
            "--source-ports": _sources,
            "--dports": _destinations,
            "--destination-ports": _destinations,
            "--ports": _either,
        }
    ),
}
