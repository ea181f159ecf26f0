"""Fields of the IP header (net/netfilter/xt_dscp.c, xt_ecn.c, xt_hl.c, xt_length.c)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from backend.model.firewall import Option
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, Reader, each_option, only, yes
from backend.sim.netfilter.match.transport import flags_check
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import PORT, chosen, masked, number, number_range

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

DSCP_CLASSES = {
    "BE": 0, "EF": 46, **{f"CS{number}": 8 * number for number in range(8)},
    **{f"AF{number}{drop}": 8 * number + 2 * drop for number in range(1, 5) for drop in range(1, 4)},
}  # fmt: skip
TOS_NAMES = {
    "Minimize-Delay": 16, "Maximize-Throughput": 8, "Maximize-Reliability": 4, "Minimize-Cost": 2, "Normal-Service": 0,
}  # fmt: skip
TOS_NAME_MASK = 0x3F
ECE, CWR = 64, 128
NO_LENGTH = Doubt("the flow names no length")


def _dscp(option: Option, _: Scope) -> Check:
    return _dscp_check(number(only(option)), not option.negated)


def _dscp_class(option: Option, _: Scope) -> Check:
    name = only(option).upper()
    if name not in DSCP_CLASSES:
        raise ValueError(f"no DiffServ class of the name {name}")
    return _dscp_check(DSCP_CLASSES[name], not option.negated)


def _dscp_check(wanted: int, is_wanted: bool) -> Check:
    return lambda meeting: (meeting.packet.tos >> 2 == wanted) is is_wanted


def tos_value(text: str) -> tuple[int, int]:
    if text[:1].isdigit():
        return masked(text, 0xFF)
    return TOS_NAMES[chosen(text, TOS_NAMES)], TOS_NAME_MASK


def _tos(option: Option, _: Scope) -> Check:
    value, mask = tos_value(only(option))
    is_wanted = not option.negated
    return lambda meeting: (meeting.packet.tos & mask == value) is is_wanted


def _ect(option: Option, _: Scope) -> Check:
    value, is_wanted = number(only(option)), not option.negated
    return lambda meeting: (meeting.packet.tos & 3 == value) is is_wanted


def _ece(option: Option, _: Scope) -> Check:
    return flags_check(ECE, ECE, not option.negated)


def _cwr(option: Option, _: Scope) -> Check:
    return flags_check(CWR, CWR, not option.negated)


def _ttl(compare: Callable[[int, int], bool]) -> Reader:
    def read(option: Option, _: Scope) -> Check:
        value, is_wanted = number(only(option)), not option.negated
        return lambda meeting: compare(meeting.packet.ttl, value) is is_wanted

    return read


TTL = {"eq": _ttl(int.__eq__), "lt": _ttl(int.__lt__), "gt": _ttl(int.__gt__)}


def _length(option: Option, _: Scope) -> Check:
    first, last = number_range(only(option), PORT)
    is_wanted = not option.negated
    if (first, last) == (0, PORT) and is_wanted:
        return yes

    def check(meeting: "Meeting") -> Answer:
        length = meeting.packet.content.length
        return NO_LENGTH if length is None else (first <= length <= last) is is_wanted

    return check


MATCHES: dict[str, Compile] = {
    "dscp": each_option({"--dscp": _dscp, "--dscp-class": _dscp_class}),
    "tos": each_option({"--tos": _tos}),
    "ecn": each_option({"--ecn-ip-ect": _ect, "--ecn-tcp-ece": _ece, "--ecn-tcp-cwr": _cwr}),
    "ttl": each_option({"--ttl": TTL["eq"], **{f"--ttl-{word}": reader for word, reader in TTL.items()}}),
    "hl": each_option({"--hl": TTL["eq"], **{f"--hl-{word}": reader for word, reader in TTL.items()}}),
    "length": each_option({"--length": _length}),
}
