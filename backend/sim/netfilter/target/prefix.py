"""SNPT and DNPT: one prefix becomes another, without state and without a change of checksums (RFC 6296, ip6t_NPT.c)."""

from collections.abc import Callable
from ipaddress import IPv6Network

from msgspec import structs

from backend.model.firewall import Target
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import Change, Kind
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.target.options import UnreadError, options_of, value

OPTIONS = frozenset(("--src-pfx", "--dst-pfx"))
LONGEST = 64
FULL = 0xFFFF
BEHIND_SHORT, BEHIND_LONG = 3, range(4, 8)
"""The sixteen bits that make up for the change: those behind a prefix of 48 bits, or the first behind 64 that can."""


def source_prefix(target: Target, scope: Scope) -> Change:
    return _changing("source", _mapping(target))


def destination_prefix(target: Target, scope: Scope) -> Change:
    return _changing("destination", _mapping(target))


def _changing(end: str, mapped: Callable[[int], int | None]) -> Change:
    def change(meeting: Meeting) -> Kind | None:
        found = mapped(getattr(meeting.packet, end))
        if found is None:
            return Kind.DROP
        meeting.packet = structs.replace(meeting.packet, **{end: found})
        return None

    return change


def _mapping(target: Target) -> Callable[[int], int | None]:
    options = options_of(target, OPTIONS)
    old, new = (_prefix(value(options, name), name) for name in ("--src-pfx", "--dst-pfx"))
    length = max(old.prefixlen, new.prefixlen)
    before, after = _words(int(old.network_address)), _words(int(new.network_address))
    adjustment = _folded(sum(before) + sum(word ^ FULL for word in after))
    kept = (1 << 128 - length) - 1
    wanted = int(new.network_address) & ~kept

    def mapped(address: int) -> int | None:
        words = _words(wanted | address & kept)
        places = [BEHIND_SHORT] if length <= 48 else [at for at in BEHIND_LONG if words[at] != FULL][:1]
        if not places:
            return None  # no word is left that could make up for it
        total = _folded(words[places[0]] + adjustment)
        words[places[0]] = 0 if total == FULL else total
        return int.from_bytes(b"".join(word.to_bytes(2, "big") for word in words), "big")

    return mapped


def _prefix(text: str | None, name: str) -> IPv6Network:
    if text is None:
        raise UnreadError(f"{name} is missing")
    found = IPv6Network(text, strict=False)
    if found.prefixlen > LONGEST:
        raise UnreadError(f"{name} {text} is longer than {LONGEST} bits")
    return found


def _words(address: int) -> list[int]:
    return [address >> shift & FULL for shift in range(112, -1, -16)]


def _folded(total: int) -> int:
    """The sum in ones' complement (csum_fold, turned back)."""
    while total > FULL:
        total = (total & FULL) + (total >> 16)
    return total
