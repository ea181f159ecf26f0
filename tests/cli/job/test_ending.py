"""`job cancel` and `job remove`, as a person types them."""

import pytest

from backend.cli.command import NO, YES, Shell
from backend.cli.error import UsageError
from tests.cli.playing import told

pytestmark = [pytest.mark.root, pytest.mark.serial]
PROVE = "job submit -s hq-pc1 -d dc-db1 -P 443"


def test_one_that_waits_or_runs_is_cancelled_and_one_that_has_ended_is_not(by_engine: Shell) -> None:
    job = told(PROVE, by_engine).text
    answer = told(f"job cancel {job}", by_engine)
    assert answer.code == YES
    assert answer.text.startswith(f"job {job} is cancelled: cancelled by ")
    ended = told(f"{PROVE} --wait -j", by_engine).document["job"]
    answer = told(f"job cancel {ended}", by_engine)
    assert (answer.code, answer.text) == (NO, f"job {ended} has succeeded, so there is nothing to cancel")
    assert told(f"job cancel {ended} -j", by_engine).document["status"] == "succeeded"


def test_only_what_has_ended_is_removed(by_engine: Shell) -> None:
    first, *_, last = [told(PROVE, by_engine).text for _ in range(6)]
    with pytest.raises(UsageError, match=f"job {last} is queued: cancel it first"):
        told(f"job remove {last}", by_engine)
    told(f"job cancel {last}", by_engine)
    assert told(f"job remove {last}", by_engine).text == f"job {last} is removed"
    with pytest.raises(UsageError, match=f"there is no job '{last}'"):
        told(f"job show {last}", by_engine)
    told(f"job cancel {first}", by_engine)
