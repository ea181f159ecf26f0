import pytest

from backend.engine.workers.error import Why, WorkerError


@pytest.mark.parametrize(("why", "is_said"), [(Why.DIED, False), (Why.LATE, False), (Why.FAILED, True)])
def test_only_a_failure_is_the_word_of_the_process_itself(why: Why, is_said: bool) -> None:
    error = WorkerError(why, "text")
    assert (error.is_said, str(error)) == (is_said, "text")
