"""What two tests found differently: their result documents (schemas/result.json) side by side."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, field

Word = Literal[
    "accepted", "denied_in", "denied_forward", "denied_out", "no_route", "blackhole", "prohibited", "unreachable",
    "rpfilter", "forwarding_off", "loop", "ttl_exceeded", "neighbor_unreachable", "exits_network", "no_listener",
    "conditional", "unknown",
]  # fmt: skip
Aspect = Literal["verdict", "rule", "path", "routers"]
ASKED = ("source", "destination", "source_port", "gateway", "tos", "ttl", "trace")
Key = tuple[int | None, str]
S = TypeVar("S", bound=Struct)


class DecidingRule(Struct, frozen=True):
    """As `Decision` in a result."""

    router: str
    table: str | None
    chain: str | None
    number: int | None
    text: str
    kind: Literal["rule", "policy", "route", "none"]
    action: str
    comment: str | None
    section: str | None
    line: int | None


class KnownService(Struct, frozen=True):
    """What a test found of a service."""

    verdict: Word
    reachable: bool
    decided_by: DecidingRule | None
    direction: Literal["forward", "return"]
    sentence: str
    by: Literal["proof", "prediction"]


class RouterWord(Struct, frozen=True):
    """What a router does by itself."""

    verdict: Word
    decided_by: DecidingRule | None
    return_verdict: Word | None
    return_decided_by: DecidingRule | None


class RouterDifference(Struct, frozen=True):
    """Null: it was not asked in that test."""

    name: str
    before: RouterWord | None
    after: RouterWord | None


class HopDifference(Struct, frozen=True):
    name: str
    incoming: str
    outgoing: str
    is_router: bool
    found: Literal["both", "before", "after"]
    """In which of the tests the packet came by here."""


class ServiceDifference(Struct, frozen=True):
    port: int | None
    protocol: str
    before: KnownService | None
    """Null: it was no part of that test."""
    after: KnownService | None
    differs: tuple[Aspect, ...]
    """None: all of it is the same."""
    is_moved: bool
    """The same rule decides, and has another number."""
    forward: tuple[HopDifference, ...]
    back: tuple[HopDifference, ...]
    routers: tuple[RouterDifference, ...]
    """Those that do something else by themselves."""


class ComparedRun(Struct, frozen=True):
    job: str
    user: str
    mode: Literal["predict", "prove"]
    network: str
    submitted: str
    source: str
    destination: str


class RunDifference(Struct, frozen=True):
    before: ComparedRun
    after: ComparedRun
    is_same_network: bool
    asked: tuple[str, ...]
    """Fields of the question that are not the same."""
    services: tuple[ServiceDifference, ...]
    """Of both tests, in their order."""


class _Hop(Struct, frozen=True):
    name: str
    incoming: str
    outgoing: str
    is_router: bool


class _Way(Struct, frozen=True):
    path: tuple[_Hop, ...]


class _Router(RouterWord, frozen=True, kw_only=True):
    name: str


class _Answer(Struct, frozen=True):
    port: int | None
    protocol: str
    forward: _Way | None
    routers: tuple[_Router, ...]
    back: _Way | None = field(name="return")


class _Answers(Struct, frozen=True):
    services: tuple[_Answer, ...]


class _Known(KnownService, frozen=True, kw_only=True):
    port: int | None
    protocol: str


class _Result(Struct, frozen=True):
    job: str
    user: str
    mode: Literal["predict", "prove"]
    network: str
    submitted: str
    asked: dict[str, Any]
    services: tuple[_Known, ...]
    prediction: _Answers | None
    proof: _Answers | None

    @property
    def known(self) -> Mapping[Key, _Known]:
        return {(each.port, each.protocol): each for each in self.services}

    @property
    def answers(self) -> Mapping[Key, _Answer]:
        """The proof's, or else the prediction's."""
        answers = self.proof or self.prediction
        return {(each.port, each.protocol): each for each in answers.services} if answers is not None else {}


SILENT = _Answer(None, "", None, (), None)
_decoder = msgspec.json.Decoder(_Result)


def difference(before: bytes, after: bytes) -> RunDifference:
    one, other = _decoder.decode(before), _decoder.decode(after)
    return RunDifference(
        before=_run(one),
        after=_run(other),
        is_same_network=one.network == other.network,
        asked=tuple(name for name in ASKED if one.asked.get(name) != other.asked.get(name)),
        services=tuple(_services(one, other)),
    )


def _run(result: _Result) -> ComparedRun:
    ends = {name: str(result.asked[name]) for name in ("source", "destination")}
    return ComparedRun(result.job, result.user, result.mode, result.network, result.submitted, **ends)


def _services(one: _Result, other: _Result) -> Iterator[ServiceDifference]:
    known, answers = (one.known, other.known), (one.answers, other.answers)
    for key in dict.fromkeys((*known[0], *known[1])):
        before, after = _said(known[0].get(key)), _said(known[1].get(key))
        yield _service(key, before, after, answers[0].get(key, SILENT), answers[1].get(key, SILENT))


def _said(known: _Known | None) -> KnownService | None:
    return None if known is None else _only(KnownService, known)


def _service(
    key: Key, before: KnownService | None, after: KnownService | None, one: _Answer, other: _Answer
) -> ServiceDifference:
    forward, back = tuple(_hops(one.forward, other.forward)), tuple(_hops(one.back, other.back))
    routers = tuple(_routers(one.routers, other.routers))
    rules = _rule(before), _rule(after)
    is_same_rule = _is_same(*rules)
    differs: dict[Aspect, bool] = {
        "verdict": _fate(before) != _fate(after),
        "rule": not is_same_rule,
        "path": any(hop.found != "both" for hop in (*forward, *back)),
        "routers": bool(routers),
    }
    return ServiceDifference(
        port=key[0],
        protocol=key[1],
        before=before,
        after=after,
        differs=tuple(aspect for aspect, is_other in differs.items() if is_other),
        is_moved=is_same_rule and rules[0] != rules[1],
        forward=forward,
        back=back,
        routers=routers,
    )


def _only(kind: type[S], more: S) -> S:
    """Without what a kind below it has besides."""
    return kind(*(getattr(more, name) for name in kind.__struct_fields__))


def _rule(known: KnownService | None) -> DecidingRule | None:
    return None if known is None else known.decided_by


def _fate(known: KnownService | None) -> tuple[str, str] | None:
    return None if known is None else (known.verdict, known.direction)


def _hops(one: _Way | None, other: _Way | None) -> Iterator[HopDifference]:
    before, after = (way.path if way is not None else () for way in (one, other))
    for tag, first, last, other_first, other_last in SequenceMatcher(None, before, after, False).get_opcodes():
        for hop in before[first:last]:
            yield _hop(hop, "both" if tag == "equal" else "before")
        for hop in after[other_first:other_last] if tag != "equal" else ():
            yield _hop(hop, "after")


def _hop(hop: _Hop, found: Literal["both", "before", "after"]) -> HopDifference:
    return HopDifference(hop.name, hop.incoming, hop.outgoing, hop.is_router, found)


def _routers(before: Sequence[_Router], after: Sequence[_Router]) -> Iterator[RouterDifference]:
    here, there = ({router.name: router for router in routers} for routers in (before, after))
    for name in dict.fromkeys((*here, *there)):
        one, other = here.get(name), there.get(name)
        if one is None or other is None or not _does_same(one, other):
            yield RouterDifference(name, *(None if each is None else _only(RouterWord, each) for each in (one, other)))


def _does_same(one: RouterWord, other: RouterWord) -> bool:
    return (
        (one.verdict, one.return_verdict) == (other.verdict, other.return_verdict)
        and _is_same(one.decided_by, other.decided_by)
        and _is_same(one.return_decided_by, other.return_decided_by)
    )


def _is_same(one: DecidingRule | None, other: DecidingRule | None) -> bool:
    """Whatever its number is: rules before it come and go."""
    return _essence(one) == _essence(other)


def _essence(rule: DecidingRule | None) -> object:
    return None if rule is None else (rule.router, rule.table, rule.chain, rule.text, rule.kind, rule.action)
