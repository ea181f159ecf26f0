"""`ip route show` as routes."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.facts.words import Words, number, prefix
from backend.model.address import ANY, Address, Family, Prefix
from backend.model.route import MAIN_TABLE, NextHop, Route, RouteKind

_NUMBERED = ("unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable", "prohibit", "throw")
KINDS = {kind.value: kind for kind in RouteKind} | {str(n): RouteKind(kind) for n, kind in enumerate(_NUMBERED, 1)}
"""By name, and by number for `ip -N`: rtnetlink(7), rtm_type."""
FLAGS = frozenset((
    "onlink", "dead", "linkdown", "pervasive", "offload", "offload_failed", "trap", "notify", "unresolved",
    "rt_offload", "rt_trap", "rt_offload_failed",
))  # fmt: skip
VALUED = frozenset((
    "mtu", "advmss", "rtt", "rttvar", "window", "cwnd", "initcwnd", "initrwnd", "ssthresh", "reordering",
    "hoplimit", "rto_min", "quickack", "fastopen_no_cookie", "congctl", "features", "pref", "expires", "error",
    "realm", "realms", "nhid", "uid", "users", "age", "used", "ttl-propagate", "iif", "mark", "tsage", "ipid",
))  # fmt: skip
"""Words with a value that does not change where a packet goes; the value may stand behind `lock`."""


FAILURES = ("Error:", "Dump terminated", "Dump was interrupted", "RTNETLINK answers", "Cannot ")


class _Draft:
    """A route while its words are being read."""

    __slots__ = (
        "dev", "family", "flags", "from_prefix", "hops", "kind", "metric", "prefix", "protocol", "scope", "src",
        "table", "tables", "tos", "unknown", "via", "weight",
    )  # fmt: skip

    def __init__(self, family: Family, table: int, tables: Mapping[str, int]) -> None:
        self.family = family
        self.tables = tables
        self.kind = RouteKind.UNICAST
        self.prefix: Prefix | None = None
        self.table = table
        self.tos = 0
        self.metric: int | None = None
        self.protocol = "boot"
        self.scope: str | None = None
        self.src: Address | None = None
        self.from_prefix: Prefix | None = None
        self.hops: list[NextHop] | None = None
        self.unknown: list[str] = []
        self.dev: str | None = None
        self.via: Address | None = None
        self.weight = 1
        self.flags: tuple[str, ...] = ()

    def close_hop(self) -> NextHop | None:
        hop = _hop(self.dev, self.via, self.weight, self.flags) if self.dev or self.via else None
        self.dev, self.via, self.weight, self.flags = None, None, 1, ()
        return hop


def read_routes(section: Section, family: Family, table: int, tables: Mapping[str, int], notes: Notes) -> list[Route]:
    """The routes of one section. A line that names a table says so itself (`ip route show table all`)."""
    found: list[Route] = []
    for line, text in _whole_lines(section):
        draft = _Draft(family, table, tables)
        try:
            _read(draft, text)
            found.append(_finished(draft, text, section.name, line))
        except LineError as error:
            is_failure = text.startswith(FAILURES)
            notes.add(section.name, line, text, "expected routes, the command failed:" if is_failure else str(error))
        else:
            if draft.unknown:
                notes.add(section.name, line, text, f"expected words of ip route, not {' '.join(draft.unknown)!r}")
    return found


def parse_route(text: str, family: Family, tables: Mapping[str, int] = names.TABLES) -> Route:
    """The route that `ip route add TEXT` makes, with what iproute2 and the kernel fill in."""
    draft = _Draft(family, MAIN_TABLE, tables)
    _read(draft, text)
    if draft.unknown:
        raise LineError(f"expected words of ip route, not {' '.join(draft.unknown)!r}")
    if family == 6:
        draft.metric = draft.metric or 1024
        draft.scope = "global"
    elif draft.scope is None:
        draft.scope = _born_scope(draft)
    return _finished(draft, text, "", 0)


def _whole_lines(section: Section) -> Iterator[tuple[int, str]]:
    """Without `ip -o`, the next hops of a multipath route follow on lines of their own; joined here as -o does."""
    start = 0
    parts: list[str] = []
    for line, text in section:
        if text[0] in " \t" and parts and text.split(None, 1)[0] in ("nexthop", "cache", "expires"):
            parts.append(text)
            continue
        if parts:
            yield start, "\\".join(parts).strip()
        start, parts = line, [text]
    if parts:
        yield start, "\\".join(parts).strip()


def _read(draft: _Draft, text: str) -> None:
    words = Words((text.replace("\\", " ") if "\\" in text else text).split())
    if words.peek() in KINDS:
        draft.kind = KINDS[words.take("a kind of route")]
    if words.peek() == "to":
        words.take("to")
    draft.prefix = prefix(words.take("a prefix"), draft.family)
    while words:
        word = words.take("a word")
        reader = READERS.get(word)
        if reader is not None:
            reader(draft, words)
        elif word in FLAGS:
            draft.flags = (*draft.flags, word)
        elif word in VALUED:
            _skip_value(word, words)
        else:
            draft.unknown.append(word)


def _finished(draft: _Draft, text: str, section: str, line: int) -> Route:
    last = draft.close_hop()
    hops = tuple(draft.hops or ()) + ((last,) if last else ())
    if draft.kind is RouteKind.UNICAST and not hops:
        raise LineError("expected via, dev or nexthop in a route")
    assert draft.prefix is not None
    return Route(
        prefix=draft.prefix,
        kind=draft.kind,
        next_hops=hops,
        table=draft.table,
        tos=draft.tos,
        metric=draft.metric or 0,
        protocol=draft.protocol,
        scope=draft.scope or "global",
        src=draft.src,
        from_prefix=draft.from_prefix,
        text=text,
        section=section,
        line=line,
    )


def _born_scope(draft: _Draft) -> str:
    """What iproute2 fills in: iproute_modify() in ip/iproute.c."""
    if draft.kind is RouteKind.LOCAL:
        return "host"
    if draft.kind in (RouteKind.BROADCAST, RouteKind.MULTICAST, RouteKind.ANYCAST):
        return "link"
    is_direct = draft.kind is RouteKind.UNICAST and draft.hops is None and draft.via is None
    return "link" if is_direct else "global"


def _skip_value(word: str, words: Words) -> None:
    value = words.take(f"a value behind {word}")
    if value == "lock":
        words.take(f"a value behind {word}")
    while word == "features" and words.peek() in ("ecn", "tcp_usec_ts"):
        words.take("a feature")


def _read_via(draft: _Draft, words: Words) -> None:
    family: Family | None = draft.family
    if words.peek() in ("inet", "inet6"):
        family = 6 if words.take("a family") == "inet6" else 4
    draft.via = words.take_address(family, "an address behind via")


def _read_dev(draft: _Draft, words: Words) -> None:
    draft.dev = words.take("an interface behind dev")


def _read_nexthop(draft: _Draft, words: Words) -> None:
    hop = draft.close_hop()
    if draft.hops is None:
        draft.hops = []
    if hop:
        draft.hops.append(hop)


def _read_weight(draft: _Draft, words: Words) -> None:
    draft.weight = words.take_number("a weight")


def _read_table(draft: _Draft, words: Words) -> None:
    name = words.take("a table")
    known = draft.tables.get(name)
    draft.table = number(name, "a table", 0) if known is None else known


def _read_metric(draft: _Draft, words: Words) -> None:
    draft.metric = words.take_number("a metric", 0)


def _read_tos(draft: _Draft, words: Words) -> None:
    draft.tos = names.tos(words.take("a type of service"))


def _read_protocol(draft: _Draft, words: Words) -> None:
    draft.protocol = names.route_protocol(words.take("a routing protocol"))


def _read_scope(draft: _Draft, words: Words) -> None:
    draft.scope = names.scope(words.take("a scope"))


def _read_src(draft: _Draft, words: Words) -> None:
    draft.src = words.take_address(None, "an address behind src")


def _read_from(draft: _Draft, words: Words) -> None:
    source = prefix(words.take("a prefix behind from"), draft.family)
    draft.from_prefix = None if source == ANY[draft.family] else source


def _read_encap(draft: _Draft, words: Words) -> None:
    """What the packet is wrapped in stands before the next hop: `encap mpls 100 via 10.0.0.1 dev eth0`."""
    while words and words.peek() not in ("via", "dev", "nexthop"):
        words.take("an encapsulation")


READERS: dict[str, Callable[[_Draft, Words], None]] = {
    "via": _read_via, "dev": _read_dev, "oif": _read_dev, "nexthop": _read_nexthop, "weight": _read_weight,
    "table": _read_table, "metric": _read_metric, "preference": _read_metric, "priority": _read_metric,
    "tos": _read_tos, "dsfield": _read_tos, "proto": _read_protocol, "protocol": _read_protocol,
    "scope": _read_scope, "src": _read_src, "from": _read_from, "encap": _read_encap,
}  # fmt: skip


@lru_cache(maxsize=16384)
def _hop(dev: str | None, via: Address | None, weight: int, flags: tuple[str, ...]) -> NextHop:
    return NextHop(dev, via, weight, flags)
