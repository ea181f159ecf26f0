"""Which addresses the words of an expectation stand for."""

from collections.abc import Iterable

from backend.model.address import ANY, parse_address, parse_prefix
from backend.model.network import Network
from backend.policy.error import PolicyError
from backend.policy.span import Span, joined, span_of


def addresses(network: Network, words: Iterable[str], line: int) -> list[Span]:
    return joined(span for word in words for span in _spans(network, word, line))


def _spans(network: Network, word: str, line: int) -> list[Span]:
    if word == "any":
        return [span_of(prefix) for prefix in ANY.values()]
    named = _named(network, word)
    if named:
        return named
    first, is_range, last = (part.strip() for part in word.partition("-"))
    try:
        return [_range(first, last)] if is_range and last else [span_of(parse_prefix(word))]
    except ValueError as error:
        if "host bits set" in str(error):
            raise PolicyError(f"{word[:60]!r} is no prefix: it has bits behind its length", line) from None
        text = f"{word[:60]!r} is no address, prefix or range, and {network.name} has no host or router of that name"
        raise PolicyError(text, line) from None


def _range(first: str, last: str) -> Span:
    one, other = parse_address(first), parse_address(last)
    if one.version != other.version or int(one) > int(other):
        raise ValueError
    return Span(4 if one.version == 4 else 6, int(one), int(other))


def _named(network: Network, name: str) -> list[Span]:
    for host in network.hosts:
        if host.name == name:
            return [_one(each.address) for each in host.addresses]
    for router in network.routers:
        if router.name == name:
            found = [each.address for interface in router.interfaces for each in interface.addresses]
            return [_one(each) for each in found if not each.is_loopback and not each.is_link_local]
    return []


def _one(address: object) -> Span:
    return span_of(parse_prefix(str(address)))
