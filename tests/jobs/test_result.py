from datetime import UTC, datetime, timedelta, timezone

import msgspec

from backend.jobs.phase import Phase
from backend.jobs.result import Findings, Timed, result_document, written
from tests.jobs.making import NOON, job


def test_times_are_written_in_utc() -> None:
    assert written(datetime(2024, 5, 1, 14, 0, 0, 250000, timezone(timedelta(hours=2)))) == "2024-05-01T12:00:00.250Z"
    assert written(datetime(2024, 5, 1, tzinfo=UTC)) == "2024-05-01T00:00:00.000Z"


def test_all_that_is_not_known_yet_is_null() -> None:
    findings = Findings({}, phases=[Timed(Phase.PREDICT, NOON, 0.0031)], notes=["one", "one"])
    document = msgspec.json.decode(result_document(job(), findings, NOON, NOON))
    assert (document["prediction"], document["proof"], document["comparison"]) == (None, None, None)
    assert document["phases"] == [{"phase": "predict", "began": "2024-05-01T12:00:00.000Z", "took_s": 0.0031}]
    assert document["notes"] == ["one"]
