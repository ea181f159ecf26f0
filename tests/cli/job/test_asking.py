"""What the engine refuses, as `job` says it."""

import pytest

from backend.cli.error import FailureError, UsageError
from backend.cli.job.asking import status_of, told
from backend.engine.protocol import Code, EngineError


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (EngineError(Code.NOT_FOUND, "there is no job 'x'", "job"), UsageError, "`job list` shows all that there are"),
        (EngineError(Code.BAD_VALUE, "ttl: 0", "ttl"), UsageError, "ttl: 0"),
        (EngineError(Code.BUSY, "100 wait", retry_after_s=3), FailureError, "100 wait; try again in 3 s"),
        (EngineError(Code.UNAVAILABLE, "the engine is not running"), FailureError, "not running"),
    ],
)
def test_a_refusal_is_wrong_use_or_a_failure(error: EngineError, kind: type[Exception], text: str) -> None:
    def refuses() -> None:
        raise error

    with pytest.raises(kind, match=text):
        told(refuses)


def test_the_status_is_the_last_that_was_said() -> None:
    assert status_of({"job": {"status": "queued"}, "snapshot": {}}) == "queued"
    assert status_of({"event": {"data": {"status": "failed"}}}, "running") == "failed"
    assert status_of({"event": {"data": {}}}, "running") == "running"
    assert status_of({"place": {"position": 1}}, "queued") == "queued"
