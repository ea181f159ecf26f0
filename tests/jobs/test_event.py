import json
from collections.abc import Iterator

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.event import SHARE, Course, Event, EventState, Happening, happened, state_told
from backend.jobs.job import Job, died, ended, entered
from backend.jobs.phase import WORKING, Mode, Phase
from backend.jobs.state import Status
from tests.jobs.making import NOON, job, moment

HAPPENINGS = st.lists(
    st.builds(
        Happening,
        st.sampled_from(Phase),
        st.sampled_from(EventState),
        st.just("…"),
        done=st.integers(-1, 12),
        of=st.integers(-1, 10),
    )
)


def told(happenings: list[Happening], mode: Mode = Mode.PROVE) -> Iterator[Event]:
    course = Course("7f3a", mode)
    for what in happenings:
        course, event = happened(course, what, NOON)
        yield event


def test_an_event_is_the_json_of_the_design() -> None:
    what = Happening(Phase.TEST, EventState.PROGRESS, "443/tcp blocked by br-gw", {"service": "443/tcp"}, 2, 4)
    _, event = happened(Course("7f3a", Mode.PROVE, seq=16), what, NOON)
    assert json.loads(msgspec.json.encode(event)) == {
        "job": "7f3a", "seq": 17, "time": "2024-05-01T12:00:00Z", "phase": "test", "state": "progress", "percent": 41,
        "message": "443/tcp blocked by br-gw", "data": {"service": "443/tcp"},
    }  # fmt: skip


def test_a_proof_goes_from_nothing_to_everything() -> None:
    begun = [Happening(phase, EventState.STARTED, "") for phase in (Phase.QUEUED, *WORKING[Mode.PROVE])]
    events = list(told([*begun, Happening(Phase.DONE, EventState.FINISHED, "")]))
    assert [event.percent for event in events] == [0, 0, 7, 27, 29, 53, 55, 100]


def test_a_prediction_has_one_phase() -> None:
    what = [Happening(Phase.PREDICT, EventState.PROGRESS, "", done=5, of=10)]
    assert [event.percent for event in told(what, Mode.PREDICT)] == [50]


def test_all_phases_together_are_the_whole() -> None:
    assert (set(SHARE), sum(SHARE.values())) == (set(WORKING[Mode.PROVE]), 100)


@given(HAPPENINGS, st.sampled_from(Mode))
def test_numbers_have_no_gap_and_the_percentage_never_falls(happenings: list[Happening], mode: Mode) -> None:
    events = list(told(happenings, mode))
    assert [event.seq for event in events] == list(range(1, len(happenings) + 1))
    percents = [event.percent for event in events]
    assert percents == sorted(percents)
    assert all(0 <= percent <= 100 for percent in percents)
    has_succeeded = False
    for event in events:
        has_succeeded |= (event.phase, event.state) == (Phase.DONE, EventState.FINISHED)
        assert (event.percent == 100) == has_succeeded


def spoken(state: Job) -> tuple[str, str, str]:
    what = state_told(state)
    return what.phase.value, what.state.value, what.message


def test_each_state_has_its_event() -> None:
    running = entered(job(), Phase.PREDICT, moment(1))
    assert spoken(job()) == ("queued", "started", "waits")
    assert spoken(running) == ("predict", "started", "the prediction begins")
    assert spoken(died(running, "killed", moment(2))) == ("queued", "started", "waits once more: killed")
    cancelled = ended(running, Status.CANCELLED, "by ann", moment(2))
    assert spoken(cancelled) == ("done", "failed", "cancelled: by ann")
    assert state_told(cancelled).data == {"status": "cancelled", "attempt": 1}
    predicted = ended(entered(job(mode=Mode.PREDICT), Phase.PREDICT, moment(1)), Status.SUCCEEDED, "", moment(2))
    assert spoken(predicted) == ("done", "finished", "succeeded")
