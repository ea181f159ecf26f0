from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.event import Course, Event, EventState, Happening, happened
from backend.jobs.phase import Mode, Phase
from backend.jobs.snapshot import GapError, Snapshot, applied, since, snapshot_of
from tests.jobs.making import NOON


def events_of(happenings: list[Happening]) -> list[Event]:
    course, events = Course("7f3a", Mode.PROVE), []
    for second, what in enumerate(happenings):
        course, event = happened(course, what, NOON + timedelta(seconds=second))
        events.append(event)
    return events


def found(service: str, verdict: str) -> Happening:
    return Happening(Phase.TEST, EventState.PROGRESS, service, {"service": service, "verdict": verdict})


WAITS = Happening(Phase.QUEUED, EventState.STARTED, "waits")
TEST = Happening(Phase.TEST, EventState.STARTED, "test begins")


def test_who_comes_late_sees_phases_and_services_as_they_are() -> None:
    snapshot = snapshot_of("7f3a", events_of([WAITS, TEST, found("22/tcp", "accepted"), found("80/tcp", "no_route")]))
    assert (snapshot.seq, snapshot.phase, snapshot.message) == (4, Phase.TEST, "80/tcp")
    assert {name: data["verdict"] for name, data in snapshot.services.items()} == {
        "22/tcp": "accepted",
        "80/tcp": "no_route",
    }
    view = snapshot.phases[Phase.TEST]
    assert (view.began, view.changed) == (NOON + timedelta(seconds=1), NOON + timedelta(seconds=3))


def test_what_is_tried_once_more_begins_anew_and_keeps_its_percentage() -> None:
    snapshot = snapshot_of("7f3a", events_of([WAITS, TEST, found("22/tcp", "accepted"), WAITS]))
    assert (list(snapshot.phases), snapshot.services, snapshot.percent) == ([Phase.QUEUED], {}, 29)


def test_a_gap_is_told_with_what_is_missing() -> None:
    first, _, third = events_of([WAITS, TEST, found("22/tcp", "accepted")])
    with pytest.raises(GapError, match="event 3 came, and 2 would be next"):
        applied(applied(Snapshot("7f3a"), first), third)


HAPPENINGS = st.lists(
    st.one_of(
        st.builds(Happening, st.sampled_from(Phase), st.sampled_from(EventState), st.text(max_size=3)),
        st.builds(found, st.sampled_from(["22/tcp", "53/udp"]), st.sampled_from(["accepted", "unknown"])),
    )
)


@given(HAPPENINGS, st.data())
def test_a_snapshot_and_what_came_after_it_are_the_whole(happenings: list[Happening], data: st.DataObject) -> None:
    events = events_of(happenings)
    cut = data.draw(st.integers(0, len(events)))
    overlap = data.draw(st.integers(0, cut))
    snapshot = snapshot_of("7f3a", events[:cut])
    assert snapshot.seq == cut
    for event in since(events, snapshot.seq - overlap):  # some come twice
        snapshot = applied(snapshot, event)
    assert snapshot == snapshot_of("7f3a", events)


def test_from_a_number_on_come_only_later_events() -> None:
    events = events_of([WAITS, TEST])
    assert [event.seq for event in since(events, 1)] == [2]
    assert list(since(events, 2)) == []
    assert list(since(events, -5)) == events
