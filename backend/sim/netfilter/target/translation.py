"""SNAT, DNAT, MASQUERADE, REDIRECT and NETMAP: to which addresses and ports."""

import re
from collections.abc import Callable

from backend.model.firewall import Target
from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.rule import Change, Kind
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.selecting import first_address, source_towards
from backend.sim.netfilter.target.options import Options, UnreadError, options_of, value
from backend.sim.netfilter.translation import Range, bind
from backend.sim.netfilter.values import address, network, port

FLAGS = frozenset(("--random", "--random-fully", "--persistent"))
LOOPBACK = {4: 0x7F000001, 6: 1}
TO = re.compile(r"(?:\[([^\]]*)\]|([^:\[\]]*)|([0-9a-fA-F:.]*(?:-[0-9a-fA-F:.]*)?))(?::([\d-]+)(?:/(\d+))?)?")
"""`10.0.0.1-10.0.0.9:80-90/8080`, `[2001:db8::1-2001:db8::9]:80`, `:80`, `2001:db8::1`"""


def to_source(target: Target, scope: Scope) -> Change:
    return _to(options_of(target, FLAGS | {"--to-source"}), "--to-source", scope)


def to_destination(target: Target, scope: Scope) -> Change:
    return _to(options_of(target, FLAGS | {"--to-destination"}), "--to-destination", scope)


def _to(options: Options, name: str, scope: Scope) -> Change:
    text = value(options, name)
    if not text:
        raise UnreadError(f"{name} was expected")
    # Of an IPv6 address with colons and no brackets the shortest reading would take the last part as a port.
    found = TO.fullmatch(text) if scope.family == 4 or text[:1] in ("[", ":") else re.fullmatch(r"()(.*)()()()", text)
    if found is None:
        raise UnreadError(f"{name} {text} cannot be read")
    ends, ports, base = found[1] or found[2] or found[3], found[4], found[5]
    to = Range(
        addresses=_span(ends, lambda word: address(word, scope.family)) if ends else None,
        ports=_span(ports, port) if ports else None,
        base_port=int(base) if base else None,
        is_random=_is_random(options),
        is_persistent="--persistent" in options,
    )
    return lambda meeting: bind(meeting, to, scope.family)


def _span(text: str, read: Callable[[str], int]) -> tuple[int, int]:
    first, is_range, last = text.partition("-")
    return read(first), read(last if is_range else first)


def masquerade(target: Target, scope: Scope) -> Change:
    def chosen(meeting: Meeting) -> int | None:
        to = meeting.via if scope.family == 4 and meeting.via is not None else meeting.packet.destination
        return source_towards(scope.router, meeting.oif, scope.family, to)

    to_chosen = _to_chosen(target, scope, chosen)

    def change(meeting: Meeting) -> Kind | Doubt | None:
        packet = meeting.packet
        return Kind.ACCEPT if packet.family == 4 and packet.source == 0 else to_chosen(meeting)

    return change


def redirect(target: Target, scope: Scope) -> Change:
    def chosen(meeting: Meeting) -> int | None:
        if meeting.hook is not Hook.PREROUTING:
            return LOOPBACK[scope.family]
        return first_address(scope.router, meeting.iif, scope.family, meeting.packet.destination)

    return _to_chosen(target, scope, chosen)


def _to_chosen(target: Target, scope: Scope, chosen: Callable[[Meeting], int | None]) -> Change:
    """To an address of the router; where it has none, the packet is dropped."""
    options = options_of(target, FLAGS | {"--to-ports"})
    ports = value(options, "--to-ports")
    between, is_random = _span(ports, port) if ports else None, _is_random(options)

    def change(meeting: Meeting) -> Kind | None:
        own = chosen(meeting)
        if own is None:
            return Kind.DROP
        bind(meeting, Range((own, own), between, is_random=is_random), scope.family)
        return None

    return change


def _is_random(options: Options) -> bool:
    return bool({"--random", "--random-fully"} & options.keys())


def netmap(target: Target, scope: Scope) -> Change:
    options = options_of(target, frozenset(("--to",)))
    base, mask = network(value(options, "--to") or "", scope.family)
    to = Range((base, base), netmask=mask)
    return lambda meeting: bind(meeting, to, scope.family)
