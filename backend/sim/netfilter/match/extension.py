"""IPsec's headers and the extension headers of IPv6 (net/ipv6/netfilter/ip6t_*.c, net/netfilter/xt_esp.c …).

A packet of ours has no extension headers but those that its protocol names. Where a header is not there, its match
says no, whatever its options negate.
"""

from typing import TYPE_CHECKING

from backend.model.firewall import Match, Option, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.base import NO_PROTOCOL
from backend.sim.netfilter.match.checks import Compile, all_of, always, in_words, known_options, only, option_of, yes
from backend.sim.netfilter.protocols import AH, ESP, MH
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import WORD, chosen, number_range

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION, NOTHING = 0, 43, 44, 60, 59
NO_SPI = Doubt("the flow names no SPI")
SRH_OPTIONS = frozenset(
    f"--srh-{name}"
    for name in (
        "next-hdr", "hdr-len-eq", "hdr-len-gt", "hdr-len-lt", "segs-left-eq", "segs-left-gt", "segs-left-lt",
        "last-entry-eq", "last-entry-gt", "last-entry-lt", "tag", "psid", "nsid", "lsid",
    )
)  # fmt: skip


def _spi(option: Option) -> Check:
    first, last = number_range(only(option))
    is_wanted = not option.negated
    if (first, last) == (0, WORD) and is_wanted:
        return yes

    def check(meeting: "Meeting") -> Answer:
        spi = meeting.packet.content.spi
        return NO_SPI if spi is None else (first <= spi <= last) is is_wanted

    return check


def _inside(header: int, inside: Check) -> Check:
    """Asks only a packet that has the header."""

    def check(meeting: "Meeting") -> Answer:
        protocol = meeting.packet.protocol
        if protocol is None:
            return NO_PROTOCOL
        return protocol == header and inside(meeting)

    return check


def _ipsec(header: int, name: str, *others: str) -> Compile:
    def compile_ipsec(match: Match, _: Rule, __: Scope) -> Check:
        known_options(match, frozenset((name, *others)))
        spi = option_of(match, name)
        checks = [] if spi is None else [_spi(spi)]
        if option_of(match, *others):
            checks.append(always(Doubt(in_words(match))))
        return _inside(header, all_of(checks))

    return compile_ipsec


def _extension(header: int, options: frozenset[str]) -> Compile:
    def compile_extension(match: Match, _: Rule, __: Scope) -> Check:
        known_options(match, options)
        return _inside(header, always(Doubt(in_words(match))) if match.options else yes)

    return compile_extension


HEADERS = {
    "hop-by-hop": 128, "dst": 64, "ipv6-opts": 64, "route": 32, "ipv6-route": 32, "frag": 16, "ipv6-frag": 16,
    "auth": 8, "ah": 8, "esp": 4, "none": 2, "ipv6-nonxt": 2, "protocol": 1, "hop": 128, "prot": 1, "0": 128,
    "60": 64, "43": 32, "44": 16, "51": 8, "50": 4, "59": 2, "255": 1,
}  # fmt: skip
"""Names and numbers → the bits of ip6t_ipv6header.h."""


def _ipv6header(match: Match, _: Rule, __: Scope) -> Check:
    """`--soft`: the headers are among those of the packet; else they are all that it has."""
    known_options(match, frozenset(("--header", "--soft")))
    headers = option_of(match, "--header")
    if headers is None:
        raise ValueError("--header expected")
    asked = 0
    for word in only(headers).split(","):
        asked |= HEADERS[word] if word in HEADERS else HEADERS[chosen(word, HEADERS)]
    is_soft, is_wanted = option_of(match, "--soft") is not None, not headers.negated
    unsaid = Doubt(in_words(match))

    def check(meeting: "Meeting") -> Answer:
        protocol = meeting.packet.protocol
        if protocol is None:
            return NO_PROTOCOL
        if protocol in (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION, AH):
            return unsaid  # what stands behind it is not said
        found = {ESP: HEADERS["esp"], NOTHING: HEADERS["none"]}.get(protocol, HEADERS["prot"])
        if not is_soft:
            return (found == asked) is is_wanted
        return found & asked == asked if is_wanted else not found & asked

    return check


MATCHES: dict[str, Compile] = {
    "esp": _ipsec(ESP, "--espspi"),
    "ah": _ipsec(AH, "--ahspi", "--ahlen", "--ahres"),
    "ipcomp": _extension(108, frozenset(("--ipcompspi", "--compres"))),
    "mh": _extension(MH, frozenset(("--mh-type",))),
    "hbh": _extension(HOP_BY_HOP, frozenset(("--hbh-len", "--hbh-opts", "--hbh-not-strict"))),
    "dst": _extension(DESTINATION, frozenset(("--dst-len", "--dst-opts", "--dst-not-strict"))),
    "rt": _extension(
        ROUTING,
        frozenset(("--rt-type", "--rt-segsleft", "--rt-len", "--rt-0-res", "--rt-0-addrs", "--rt-0-not-strict")),
    ),
    "srh": _extension(ROUTING, SRH_OPTIONS),
    "frag": _extension(
        FRAGMENT,
        frozenset(("--fragid", "--fraglen", "--fragres", "--fragfirst", "--fragmore", "--fraglast")),
    ),
    "ipv6header": _ipv6header,
}
