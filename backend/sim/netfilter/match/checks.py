"""Checks made of checks, and how a match says itself in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from backend.model.firewall import Match, Option, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt, every, negated
from backend.sim.netfilter.scope import Scope

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

Compile = Callable[[Match, Rule, Scope], Check]
Reader = Callable[[Option, Scope], Check]


def always(answer: Answer) -> Check:
    return lambda _: answer


def yes(_: "Meeting") -> Answer:
    return True


def no(_: "Meeting") -> Answer:
    return False


def unless(check: Check, is_negated: bool) -> Check:
    """The check, or its opposite. A doubt stays one."""
    if not is_negated:
        return check
    return lambda meeting: negated(check(meeting))


def all_of(checks: Sequence[Check]) -> Check:
    """No if one says no, whatever the others depend on."""
    wanted = [check for check in checks if check is not yes]
    if not wanted:
        return yes
    if len(wanted) == 1:
        return wanted[0]

    return lambda meeting: every(check(meeting) for check in wanted)


def each_option(readers: Mapping[str, Reader]) -> Compile:
    """A match whose options say something each by itself, and all of them must hold."""

    def compile_options(match: Match, _: Rule, scope: Scope) -> Check:
        return all_of([reader_of(readers, option)(option, scope) for option in match.options])

    return compile_options


def reader_of(readers: Mapping[str, Reader], option: Option) -> Reader:
    if option.name not in readers:
        raise ValueError(f"option {option.name} is not known")
    return readers[option.name]


def only(option: Option) -> str:
    """The one value of an option."""
    if len(option.values) != 1:
        raise ValueError(f"one value expected behind {option.name}")
    return option.values[0]


def option_of(match: Match, *names: str) -> Option | None:
    return next((option for option in match.options if option.name in names), None)


def known_options(match: Match, names: frozenset[str]) -> None:
    for option in match.options:
        if option.name not in names:
            raise ValueError(f"option {option.name} is not known")


def in_words(match: Match) -> str:
    """`limit: 5/min, burst 5`: what the module is called needs not be said with each option."""
    if not match.module:
        return " ".join(" ".join(("!",) * o.negated + (o.name, *o.values)) for o in match.options)
    options = ", ".join(_option_in_words(match.module, option) for option in match.options)
    return f"{match.module}: {options}" if options else match.module


def _option_in_words(module: str, option: Option) -> str:
    name = option.name.removeprefix("--")
    name = "" if name == module and option.values else name.removeprefix(f"{module}-")
    return " ".join(word for word in ("not" if option.negated else "", name, *option.values) if word)


def unknown(match: Match, reason: str) -> Check:
    return always(Doubt(f"{in_words(match)} ({reason})", is_unknown=True))
