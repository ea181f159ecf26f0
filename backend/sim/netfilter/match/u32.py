"""Numbers anywhere in the packet (net/netfilter/xt_u32.c, extensions/libxt_u32.c of iptables).

It is computed with the bits that are known; where others count, nobody can say.
"""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from backend.model.firewall import Match, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt, every
from backend.sim.netfilter.match.checks import Compile, in_words, known_options, only, option_of
from backend.sim.netfilter.match.known import Known, Word, known_bytes
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import WORD, Range, number, number_range

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

TEST = re.compile(r"([^=]+)=([^=]+)")
LOCATION = re.compile(r"(\w+)((?:(?:&|<<|>>|@)\w+)*)")
STEP = re.compile(r"(&|<<|>>|@)(\w+)")


class Test(Struct, frozen=True):
    start: int
    steps: tuple[tuple[str, int], ...]
    """An operator and its number."""
    values: tuple[Range, ...]


def read_tests(text: str) -> tuple[Test, ...]:
    return tuple(_read_test(part) for part in re.sub(r"\s", "", text).split("&&"))


def _read_test(text: str) -> Test:
    test = TEST.fullmatch(text)
    location = LOCATION.fullmatch(test[1]) if test else None
    if test is None or location is None:
        raise ValueError(f"no test of u32: {text}")
    steps = tuple((operator, number(value)) for operator, value in STEP.findall(location[2]))
    return Test(number(location[1]), steps, tuple(number_range(value) for value in test[2].split(",")))


def _u32(match: Match, _: Rule, __: Scope) -> Check:
    known_options(match, frozenset(("--u32",)))
    asked = option_of(match, "--u32")
    if asked is None:
        raise ValueError("--u32 expected")
    tests, is_wanted = read_tests(only(asked)), not asked.negated
    unsaid = Doubt(in_words(match))

    def check(meeting: "Meeting") -> Answer:
        known = known_bytes(meeting.packet)
        answer = every(unsaid if fit is None else fit for fit in (_fit(test, known) for test in tests))
        return answer if isinstance(answer, Doubt) else answer is is_wanted

    return check


def _fit(test: Test, known: Known) -> bool | None:
    """None where bits count that are not known."""
    start, at = 0, test.start
    word = known.word(at)
    if word is None or not known.surely_has(at):
        return False if word is None else None
    for operator, operand in test.steps:
        if operator != "@":
            word = _computed(word, operator, operand)
            continue
        if not word.is_known:
            return None
        start += word.value
        at = start + operand
        found = known.word(at) if start <= WORD else None
        if found is None or not known.surely_has(at):
            return False if found is None else None
        word = found
    return _is_among(word, test.values)


def _computed(word: Word, operator: str, operand: int) -> Word:
    """Bits that are masked or shifted away are known to be 0."""
    if operator == "&":
        return Word(word.value & operand, (word.mask | ~operand) & WORD)
    shift = operand & 31  # as the processors that we know do with more
    if operator == "<<":
        return Word(word.value << shift & WORD, (word.mask << shift | ((1 << shift) - 1)) & WORD)
    return Word(word.value >> shift, word.mask >> shift | (WORD ^ WORD >> shift))


def _is_among(word: Word, values: tuple[Range, ...]) -> bool | None:
    if any(first <= word.value and word.highest <= last for first, last in values):
        return True
    if word.is_known or all(word.highest < first or last < word.value for first, last in values):
        return False
    return None


MATCHES: dict[str, Compile] = {"u32": _u32}
