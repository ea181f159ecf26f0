"""What changes the packet itself: TOS, DSCP, ECN, TTL, HL, TCPMSS, TCPOPTSTRIP."""

from msgspec import structs

from backend.model.firewall import Target
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import Change
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.target.options import UnreadError, options_of, value
from backend.sim.netfilter.values import masked, number

CLASSES = {
    **{f"CS{n}": n << 3 for n in range(8)}, "BE": 0, "EF": 0x2E, "LE": 1,
    **{f"AF{n}{m}": n << 3 | m << 1 for n in range(1, 5) for m in range(1, 4)},
}  # fmt: skip
"""RFC 2474, 2597, 3246, 8622."""
HIGHEST = 255
WORDS = {
    "Minimize-Delay": 0x10,
    "Maximize-Throughput": 8,
    "Maximize-Reliability": 4,
    "Minimize-Cost": 2,
    "Normal-Service": 0,
}
HEADERS = {4: 40, 6: 60}
"""Of IP and TCP, without options: what is left of a packet for data."""
UNSAID_MSS = {4: 536, 6: 1220}
"""What a TCP packet means that says no size (RFC 1122, RFC 2460)."""


def tos(target: Target, scope: Scope) -> Change:
    """xt_DSCP.c: of `--set-tos value/mask` the mask is cleared, and then the value is flipped; that of a word is 0x3f
    (libxt_TOS.c)."""
    options = options_of(target, frozenset(("--set-tos", "--and-tos", "--or-tos", "--xor-tos")))
    if len(options) != 1:
        raise UnreadError("TOS: one option was expected")
    (name,) = options
    text = value(options, name) or ""
    if text in WORDS:
        kept, flipped = 0xC0, WORDS[text]
    elif name == "--set-tos":
        flipped, mask = masked(text, 0xFF)
        kept = 0xFF & ~mask
    elif name == "--and-tos":
        kept, flipped = number(text), 0
    elif name == "--or-tos":
        kept, flipped = 0xFF & ~number(text), number(text)
    else:
        kept, flipped = 0xFF, number(text)
    return _tos(kept, flipped)


def dscp(target: Target, scope: Scope) -> Change:
    options = options_of(target, frozenset(("--set-dscp", "--set-dscp-class")))
    name = value(options, "--set-dscp-class")
    wanted = CLASSES.get(name.upper()) if name is not None else number(value(options, "--set-dscp") or "0")
    if wanted is None:
        raise UnreadError(f"DSCP: {name} is no class")
    return _tos(0x03, wanted << 2)


def _tos(kept: int, flipped: int) -> Change:
    def change(meeting: Meeting) -> None:
        packet = meeting.packet
        meeting.packet = structs.replace(packet, tos=packet.tos & kept ^ flipped)

    return change


def ecn(target: Target, scope: Scope) -> Change:
    options_of(target, frozenset(("--ecn-tcp-remove",)))

    def change(meeting: Meeting) -> None:
        content = meeting.packet.content
        if meeting.packet.protocol == 6 and content.flags is not None:
            meeting.packet = structs.replace(
                meeting.packet, content=structs.replace(content, flags=content.flags & 0x3F)
            )

    return change


def ttl(target: Target, scope: Scope) -> Change:
    """xt_HL.c; it stays within a byte."""
    prefix = "--hl" if target.name == "HL" else "--ttl"
    options = options_of(target, frozenset(f"{prefix}-{what}" for what in ("set", "dec", "inc")))
    if len(options) != 1:
        raise UnreadError(f"{target.name}: one option was expected")
    (name,) = options
    wanted = number(value(options, name) or "")
    what = name.rpartition("-")[2]

    def change(meeting: Meeting) -> None:
        now = meeting.packet.ttl
        new = wanted if what == "set" else min(now + wanted, HIGHEST) if what == "inc" else max(now - wanted, 0)
        meeting.packet = structs.replace(meeting.packet, ttl=new)

    return change


def tcpmss(target: Target, scope: Scope) -> Change:
    """xt_TCPMSS.c: a size is made smaller and never larger; where none is said, it is at most what is meant by that."""
    options = options_of(target, frozenset(("--set-mss", "--clamp-mss-to-pmtu")))
    said = value(options, "--set-mss")
    sizes = {interface.name: interface.mtu for interface in scope.router.interfaces}
    headers = HEADERS[scope.family]

    def change(meeting: Meeting) -> None:
        content = meeting.packet.content
        if content.mss is None:
            return
        mtu = min((size for name in (meeting.iif, meeting.oif) if (size := sizes.get(name))), default=0)
        wanted = number(said) if said is not None else max(0, mtu - headers)
        wanted = wanted if content.mss else min(wanted, UNSAID_MSS[scope.family])
        if wanted and (content.mss > wanted or not content.mss):
            grown = 0 if content.mss or content.length is None else 4
            length = content.length + grown if content.length is not None else None
            changed = structs.replace(content, mss=wanted, length=length)
            meeting.packet = structs.replace(meeting.packet, content=changed)

    return change


def tcpoptstrip(target: Target, scope: Scope) -> Change:
    """Options become empty ones (xt_TCPOPTSTRIP.c)."""
    options = options_of(target, frozenset(("--strip-options",)))
    words = (value(options, "--strip-options") or "").split(",")

    def change(meeting: Meeting) -> None:
        content = meeting.packet.content
        if content.mss and ("mss" in words or "2" in words):
            meeting.packet = structs.replace(meeting.packet, content=structs.replace(content, mss=0))

    return change
