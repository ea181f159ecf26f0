"""What two networks decide differently: for what a policy asks, or for all hosts and all services."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.model.network import Network
from backend.policy.areas import Ground, ground
from backend.policy.asking import Asker
from backend.policy.cells import FAMILIES, Cell, Sides, sides
from backend.policy.check import Finding, answers, grouped, limit
from backend.policy.ends import addresses
from backend.policy.error import PolicyError
from backend.policy.expectation import ANYTHING, Expectation, Ports
from backend.policy.kind import Kind, World
from backend.policy.span import Span, joined
from backend.sim.matrix import Outcome


class Change(Struct, frozen=True):
    before: Outcome
    after: Outcome

    @property
    def is_other_verdict(self) -> bool:
        """And not only another rule that says the same."""
        return (self.before.verdict, self.before.is_return) != (self.after.verdict, self.after.is_return)


class Compared(Struct, frozen=True):
    expectation: Expectation
    asked: int
    changes: tuple[Finding[Change], ...]


class Comparer:
    def __init__(self, before: World, after: World) -> None:
        self._worlds = before, after
        networks = before.network, after.network
        self._grounds: list[Ground] = [ground(networks, family) for family in FAMILIES]

    def compare(self, expected: Expectation, by_rule: bool = False) -> Compared:
        """`by_rule`: also where the verdict is the same and another rule decides."""
        sources, destinations = (
            self._addresses(words, expected) for words in (expected.sources, expected.destinations)
        )
        left_out = {Kind.NOBODY, Kind.NOWHERE}
        all_sides = list(sides(self._grounds, self._worlds, sources, destinations, left_out))
        limit(all_sides, expected)
        asker, found = Asker(self._worlds), []
        for each in all_sides:
            told = _changes(asker, each, expected)
            found += grouped((cell, one) for cell, one in told if one.is_other_verdict or (by_rule and _differs(one)))
        return Compared(expected, asker.asked, tuple(found))

    def _addresses(self, words: Sequence[str], expected: Expectation) -> list[Span]:
        """A name may be known to one of them only."""
        found: list[Span] = []
        for word in words:
            known = [_known(world.network, word, expected.line) for world in self._worlds]
            spans = [span for each in known if not isinstance(each, PolicyError) for span in each]
            if not spans and isinstance(known[0], PolicyError):
                raise known[0]
            found += spans
        return joined(found)


def _changes(asker: Asker, each: Sides, expected: Expectation) -> Iterator[tuple[Cell, Change]]:
    for cell, (before, after) in answers(asker, each, expected):
        yield cell, Change(before.outcome, after.outcome)


def _known(network: Network, word: str, line: int) -> list[Span] | PolicyError:
    try:
        return addresses(network, [word], line)
    except PolicyError as error:
        return error


def _differs(change: Change) -> bool:
    """Rules are told apart by what they say, since their numbers change with every rule before them."""
    one, other = (each.decided_by for each in (change.before, change.after))
    if one is None or other is None:
        return one is not other
    return (one.router, one.table, one.chain, one.text) != (other.router, other.table, other.chain, other.text)


def everybody(before: Network, after: Network, services: tuple[Ports, ...] = ANYTHING) -> Expectation:
    """All hosts that have a name in one of them."""
    names = tuple(dict.fromkeys(host.name for network in (before, after) for host in network.hosts))
    return Expectation(names, names, services, is_to_reach=True, text="all hosts, all services")
