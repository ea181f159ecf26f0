"""Types of ICMP and ICMPv6, by number or name (net/netfilter/xt_tcpudp.c, extensions/libxt_icmp.h of iptables)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backend.model.firewall import Match, Option, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, each_option, only, yes
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import Range, chosen, number

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

NO_TYPE = Doubt("the flow names no ICMP type")
ANY_CODE = (0, 255)
ANY_TYPE = 255
"""Of IPv4 only: there it stands for every type."""


def _named(types: Mapping[str, int], codes: Mapping[int, str]) -> dict[str, tuple[int, Range]]:
    """`codes`: type → names of its codes in order, a dash for one that has none."""
    names = {name: (number, ANY_CODE) for name, number in types.items()}
    for type_, words in codes.items():
        names |= {word: (type_, (code, code)) for code, word in enumerate(words.split()) if word != "-"}
    return names


NAMES4 = _named(
    {
        "any": ANY_TYPE, "echo-reply": 0, "pong": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5,
        "echo-request": 8, "ping": 8, "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11,
        "ttl-exceeded": 11, "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14,
        "address-mask-request": 17, "address-mask-reply": 18,
    },
    {
        3: "network-unreachable host-unreachable protocol-unreachable port-unreachable fragmentation-needed "
        "source-route-failed network-unknown host-unknown - network-prohibited host-prohibited "
        "TOS-network-unreachable TOS-host-unreachable communication-prohibited host-precedence-violation "
        "precedence-cutoff",
        5: "network-redirect host-redirect TOS-network-redirect TOS-host-redirect",
        11: "ttl-zero-during-transit ttl-zero-during-reassembly",
        12: "ip-header-bad required-option-missing",
    },
)  # fmt: skip
NAMES6 = _named(
    {
        "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "ttl-exceeded": 3,
        "parameter-problem": 4, "echo-request": 128, "ping": 128, "echo-reply": 129, "pong": 129,
        "router-solicitation": 133, "router-advertisement": 134, "neighbour-solicitation": 135,
        "neighbor-solicitation": 135, "neighbour-advertisement": 136, "neighbor-advertisement": 136, "redirect": 137,
    },
    {
        1: "no-route communication-prohibited beyond-scope address-unreachable port-unreachable failed-policy "
        "reject-route",
        3: "ttl-zero-during-transit ttl-zero-during-reassembly",
        4: "bad-header unknown-header-type unknown-option",
    },
)  # fmt: skip


def type_and_codes(text: str, names: Mapping[str, tuple[int, Range]]) -> tuple[int, Range]:
    """`8`, `3/1` or a name."""
    if not text[:1].isdigit():
        return names[text] if text in names else names[chosen(text, names)]
    type_, has_code, code = text.partition("/")
    return number(type_), (number(code), number(code)) if has_code else ANY_CODE


def _check(type_: int, codes: Range, is_wanted: bool) -> Check:
    first, last = codes

    def check(meeting: "Meeting") -> Answer:
        found = meeting.packet.content.icmp
        return NO_TYPE if found is None else (found[0] == type_ and first <= found[1] <= last) is is_wanted

    return check


def _type4(option: Option, _: Scope) -> Check:
    type_, codes = type_and_codes(only(option), NAMES4)
    if type_ == ANY_TYPE:
        return lambda _: not option.negated
    return _check(type_, codes, not option.negated)


def _type6(option: Option, _: Scope) -> Check:
    type_, codes = type_and_codes(only(option), NAMES6)
    return _check(type_, codes, not option.negated)


_icmp4 = each_option({"--icmp-type": _type4})


def _icmp(match: Match, rule: Rule, scope: Scope) -> Check:
    """Without an option every type is meant."""
    return _icmp4(match, rule, scope) if match.options else yes


MATCHES: dict[str, Compile] = {"icmp": _icmp, "icmp6": each_option({"--icmpv6-type": _type6})}
