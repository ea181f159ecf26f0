"""Each router of a way by itself: what it does with the packet and with the answer, whatever the others do."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from backend.model.answer import Count, RouterAnswer
from backend.model.verdict import Verdict
from backend.sim.exchange import Course
from backend.sim.way import Met


def router_answers(courses: Sequence[Course], opened: Sequence[Course]) -> Iterator[RouterAnswer]:
    """Of what opens a conversation and its answer; of what follows on a connection only where that is stopped.
    `opened`: as if no rule stopped anything."""
    is_stuck = any(len(course.legs) > 2 and course.is_stopped for course in courses)
    count = 4 if is_stuck else 2
    legs, really = ([list(_met(group, at)) for at in range(count)] for group in (opened, courses))
    for name in dict.fromkeys(met.router for leg in legs for met in leg):
        mine = [[met for met in leg if met.router == name] for leg in legs]
        there, back = ([met for leg in mine[at::2] for met in leg] for at in (0, 1))
        counting = [met for leg in really for met in leg if met.router == name]
        yield _router(name, _decisive(there), _decisive(back), counting or there + back)


def _met(courses: Iterable[Course], at: int) -> Iterator[Met]:
    """On one leg, each time once, however many courses have it."""
    seen: set[int] = set()
    for course in courses:
        for met in course.legs[at].met if at < len(course.legs) else ():
            if id(met) not in seen:
                seen.add(id(met))
                yield met


def _decisive(met: Sequence[Met]) -> Met | None:
    """The first that was not let through, or the last."""
    return next((each for each in met if each.verdict is not Verdict.ACCEPTED), met[-1] if met else None)


def _router(name: str, there: Met | None, back: Met | None, met: Iterable[Met]) -> RouterAnswer:
    """One that only the answer comes to is judged by what it does with that."""
    first = there or back
    assert first is not None
    if there is not None and there.verdict is not Verdict.ACCEPTED:
        back = None
    return RouterAnswer(
        name=name,
        verdict=first.verdict,
        reason=first.reason,
        decided_by=first.decision,
        return_verdict=back.verdict if back is not None else None,
        return_reason=back.reason if back is not None else "",
        return_decided_by=back.decision if back is not None else None,
        counted=_counted(met),
    )


def _counted(met: Iterable[Met]) -> tuple[Count, ...]:
    """The rules that the packet and its answer matched, each time once."""
    tally: Counter[tuple[str, str, int, str, int]] = Counter()
    for each in met:
        for matched in each.matched:
            rule = matched.rule
            if rule is not None:
                tally[rule.table, rule.chain, rule.number, rule.text, rule.line] += 1
    return tuple(Count(table, chain, n, text, 0, many, line) for (table, chain, n, text, line), many in tally.items())
