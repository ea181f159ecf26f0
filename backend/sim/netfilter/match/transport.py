"""The headers of TCP, SCTP and DCCP (net/netfilter/xt_tcpudp.c, xt_tcpmss.c, xt_sctp.c, xt_dccp.c)."""

from typing import TYPE_CHECKING

from backend.model.firewall import Option
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, always, each_option, no, only, yes
from backend.sim.netfilter.match.ports import PORT_OPTIONS
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import PORT, number, number_range

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128, "ALL": 63, "NONE": 0}
SYN, SYN_MASK = 2, 2 | 4 | 16 | 1
MSS_OPTION = 2
NO_FLAGS = Doubt("the flow names no TCP flags")
NO_MSS = Doubt("the flow names no MSS")


def flags_check(mask: int, wanted: int, is_wanted: bool) -> Check:
    if not mask:
        return yes if (wanted == 0) is is_wanted else no

    def check(meeting: "Meeting") -> Answer:
        flags = meeting.packet.content.flags
        return NO_FLAGS if flags is None else (flags & mask == wanted) is is_wanted

    return check


def flag_bits(text: str) -> int:
    bits = 0
    for word in text.split(","):
        if word.upper() not in FLAGS:
            raise ValueError(f"{word} is no flag of TCP")
        bits |= FLAGS[word.upper()]
    return bits


def _tcp_flags(option: Option, _: Scope) -> Check:
    if len(option.values) != 2:
        raise ValueError("two lists of flags expected")
    mask, wanted = option.values
    return flags_check(flag_bits(mask), flag_bits(wanted), not option.negated)


def _syn(option: Option, _: Scope) -> Check:
    return flags_check(SYN_MASK, SYN, not option.negated)


def _tcp_option(option: Option, _: Scope) -> Check:
    wanted, is_wanted = number(only(option)), not option.negated
    unsaid = Doubt(f"whether the packet has TCP option {wanted}")
    if wanted != MSS_OPTION:
        return always(unsaid)

    def check(meeting: "Meeting") -> Answer:
        mss = meeting.packet.content.mss
        return unsaid if mss is None else (mss != 0) is is_wanted

    return check


def _mss(option: Option, _: Scope) -> Check:
    first, last = number_range(only(option), PORT)
    is_wanted = not option.negated

    def check(meeting: "Meeting") -> Answer:
        mss = meeting.packet.content.mss
        if mss is None:
            return NO_MSS
        return (mss != 0 and first <= mss <= last) is is_wanted

    return check


def _unsaid(option: Option, _: Scope) -> Check:
    words = " ".join((option.name.removeprefix("--"), *option.values))
    return always(Doubt(f"the flow does not tell {words}"))


MATCHES: dict[str, Compile] = {
    "tcp": each_option({**PORT_OPTIONS, "--tcp-flags": _tcp_flags, "--syn": _syn, "--tcp-option": _tcp_option}),
    "tcpmss": each_option({"--mss": _mss}),
    "sctp": each_option({**PORT_OPTIONS, "--chunk-types": _unsaid}),
    "dccp": each_option({**PORT_OPTIONS, "--dccp-types": _unsaid, "--dccp-option": _unsaid}),
}
