from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.phase import WORKING, Mode, Phase
from backend.jobs.state import ENDS, State, Status, TransitionError, checked, may_follow

QUEUED = State()


def running(phase: Phase) -> State:
    return State(Status.RUNNING, phase)


def test_a_proof_goes_through_its_phases_and_succeeds() -> None:
    state = QUEUED
    for phase in WORKING[Mode.PROVE]:
        state = checked(state, running(phase), Mode.PROVE)
    assert checked(state, State(Status.SUCCEEDED, Phase.DONE), Mode.PROVE).has_ended


@pytest.mark.parametrize("phase", WORKING[Mode.PROVE])
@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.EXPIRED, Status.QUEUED])
def test_what_runs_may_end_or_wait_once_more_in_each_phase(phase: Phase, status: Status) -> None:
    assert may_follow(running(phase), State(status, phase), Mode.PROVE)


@pytest.mark.parametrize(
    ("before", "after", "mode"),
    [
        (QUEUED, running(Phase.BUILD), Mode.PROVE),
        (QUEUED, QUEUED, Mode.PROVE),
        (QUEUED, State(Status.EXPIRED), Mode.PROVE),
        (QUEUED, State(Status.SUCCEEDED, Phase.DONE), Mode.PROVE),
        (running(Phase.TEST), running(Phase.BUILD), Mode.PROVE),
        (running(Phase.TEST), running(Phase.TEST), Mode.PROVE),
        (running(Phase.TEST), running(Phase.DONE), Mode.PROVE),
        (running(Phase.TEST), State(Status.SUCCEEDED, Phase.DONE), Mode.PROVE),
        (running(Phase.PREDICT), running(Phase.BUILD), Mode.PREDICT),
    ],
)
def test_what_makes_no_sense_is_refused(before: State, after: State, mode: Mode) -> None:
    with pytest.raises(TransitionError) as error:
        checked(before, after, mode)
    assert (error.value.before, error.value.after) == (before, after)
    assert before.spoken in str(error.value)
    assert after.spoken in str(error.value)


def test_the_error_says_both_states_with_their_phases() -> None:
    with pytest.raises(TransitionError, match=r"a job that is running \(test\) cannot become running \(build\)"):
        checked(running(Phase.TEST), running(Phase.BUILD), Mode.PROVE)


@pytest.mark.parametrize(("ended", "after"), list(product(sorted(ENDS), Status)))
def test_the_end_is_the_end(ended: Status, after: Status) -> None:
    assert not any(may_follow(State(ended, Phase.DONE), State(after, phase), Mode.PROVE) for phase in Phase)


STATES = st.builds(State, st.sampled_from(Status), st.sampled_from(Phase))


@given(st.lists(STATES), st.sampled_from(Mode))
def test_whatever_is_tried_the_phases_of_an_attempt_never_go_back(tried: list[State], mode: Mode) -> None:
    state, seen = QUEUED, [Phase.QUEUED]
    for after in tried:
        if may_follow(state, after, mode):
            state = after
            seen = [Phase.QUEUED] if state.status is Status.QUEUED else [*seen, state.phase]
            if state.status is Status.RUNNING:
                order = [Phase.QUEUED, *WORKING[mode]]
                assert [phase for phase in order if phase in seen] == seen
