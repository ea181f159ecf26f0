"""Addresses in a row."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from msgspec import Struct

from backend.model.address import Address, Family, Prefix


class Span(Struct, frozen=True, order=True):
    """Both ends belong to it."""

    family: Family
    low: int
    high: int

    @property
    def size(self) -> int:
        return self.high - self.low + 1


def span_of(prefix: Prefix) -> Span:
    family: Family = 4 if prefix.version == 4 else 6
    return Span(family, int(prefix.network_address), int(prefix.broadcast_address))


def address_at(family: Family, number: int) -> Address:
    return IPv4Address(number) if family == 4 else IPv6Address(number)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same addresses in as few spans as there can be."""
    found: list[Span] = []
    for each in sorted(spans):
        if found and found[-1].family == each.family and each.low <= found[-1].high + 1:
            found[-1] = Span(each.family, found[-1].low, max(found[-1].high, each.high))
        else:
            found.append(each)
    return found


def spoken(spans: Iterable[Span]) -> list[str]:
    """As a person writes them: prefixes where a span is one, else its ends."""
    return [text for each in joined(spans) for text in _texts(each)]


def _texts(span: Span) -> Iterator[str]:
    first, last = address_at(span.family, span.low), address_at(span.family, span.high)
    if first == last:
        yield str(first)
        return
    prefixes = list(_prefixes(span))
    if len(prefixes) == 1:
        yield str(prefixes[0])
    else:
        yield f"{first}-{last}"


def _prefixes(span: Span) -> Iterator[Prefix]:
    if span.family == 4:
        yield from summarize_address_range(IPv4Address(span.low), IPv4Address(span.high))
    else:
        yield from summarize_address_range(IPv6Address(span.low), IPv6Address(span.high))
