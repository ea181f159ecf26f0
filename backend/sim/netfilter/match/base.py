"""What every rule may ask: addresses, interfaces, protocol (ip_packet_match in net/ipv4/netfilter/ip_tables.c)."""

from typing import TYPE_CHECKING

from backend.model.firewall import Option
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, each_option, no, only, unless, yes
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import Masked, networks, protocol, width

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

NO_PROTOCOL = Doubt("the flow names no protocol")


def _source(option: Option, scope: Scope) -> Check:
    wanted = networks(only(option), scope.family)
    if len(wanted) > 1:
        return unless(_source_among(wanted), option.negated)
    is_wanted = not option.negated
    ((base, mask),) = wanted
    if not mask:
        return yes if is_wanted else no
    if mask == (1 << width(scope.family)) - 1:
        return lambda meeting: (meeting.packet.source == base) is is_wanted
    return lambda meeting: (meeting.packet.source & mask == base) is is_wanted


def _destination(option: Option, scope: Scope) -> Check:
    wanted = networks(only(option), scope.family)
    if len(wanted) > 1:
        return unless(_destination_among(wanted), option.negated)
    is_wanted = not option.negated
    ((base, mask),) = wanted
    if not mask:
        return yes if is_wanted else no
    if mask == (1 << width(scope.family)) - 1:
        return lambda meeting: (meeting.packet.destination == base) is is_wanted
    return lambda meeting: (meeting.packet.destination & mask == base) is is_wanted


def _source_among(wanted: tuple[Masked, ...]) -> Check:
    return lambda meeting: any(meeting.packet.source & mask == base for base, mask in wanted)


def _destination_among(wanted: tuple[Masked, ...]) -> Check:
    return lambda meeting: any(meeting.packet.destination & mask == base for base, mask in wanted)


def _iif(option: Option, _: Scope) -> Check:
    name, is_wanted = only(option), not option.negated
    if name == "+":
        return yes if is_wanted else no
    if name.endswith("+"):
        beginning = name[:-1]
        return lambda meeting: meeting.iif.startswith(beginning) is is_wanted
    return lambda meeting: (meeting.iif == name) is is_wanted


def _oif(option: Option, _: Scope) -> Check:
    name, is_wanted = only(option), not option.negated
    if name == "+":
        return yes if is_wanted else no
    if name.endswith("+"):
        beginning = name[:-1]
        return lambda meeting: meeting.oif.startswith(beginning) is is_wanted
    return lambda meeting: (meeting.oif == name) is is_wanted


def _protocol(option: Option, _: Scope) -> Check:
    wanted, is_wanted = protocol(only(option)), not option.negated
    if not wanted:
        return yes if is_wanted else no

    def check(meeting: "Meeting") -> Answer:
        found = meeting.packet.protocol
        return NO_PROTOCOL if found is None else (found == wanted) is is_wanted

    return check


def _fragment(option: Option, _: Scope) -> Check:
    """Second and further fragments. Our packets are whole; conntrack would put them together before any rule."""
    return yes if option.negated else no


def _is_ipv4(_: Option, scope: Scope) -> Check:
    return yes if scope.family == 4 else no


def _is_ipv6(_: Option, scope: Scope) -> Check:
    return yes if scope.family == 6 else no


MATCHES: dict[str, Compile] = {
    "": each_option(
        {
            "-s": _source,
            "-d": _destination,
            "-i": _iif,
            "-o": _oif,
            "-p": _protocol,
            "-f": _fragment,
            "-4": _is_ipv4,
            "-6": _is_ipv6,
        }
    )
}
