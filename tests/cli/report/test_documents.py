import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from backend.cli.error import UsageError
from backend.cli.report.documents import encoded, result_of
from backend.wire.given import LARGEST
from tests.cli.report.results import answer, answer_text, result, result_text
from tests.jobs.test_schema import SCHEMA


def test_a_result_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text(result_text())
    assert result_of(str(file)) == result()
    assert json.loads(encoded(result())) == result()


def test_an_answer_becomes_a_result(tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(answer_text())
    made = result_of(str(file))
    assert made["prediction"] == answer()
    assert [each["verdict"] for each in made["services"]] == ["denied_forward", "accepted"]


def test_the_result_of_a_test_here_is_as_published() -> None:
    Draft202012Validator(SCHEMA).validate(result())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no JSON"),
        (b"[]", "is [], not a result"),
        (b'{"path": []}', "not a result"),
        (b'{"services": []}', "neither a result nor an answer"),
        (b'{"services": [], "asked": {}}', "the result cannot be read"),
        (b'{"services": 5, "by": "proof"}', "neither a result nor an answer"),
        (b"\xff", "is no text"),
    ],
    ids=["empty", "list", "trace", "nothing", "bare", "number", "bytes"],
)
def test_what_is_no_result_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        result_of(str(file))
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="/nowhere: No such file"):
        result_of("/nowhere")


def test_a_result_of_many_services_is_taken_too(tmp_path: Path) -> None:
    """What somebody pastes may have a megabyte; the result of a long test has more."""
    file = tmp_path / "result.json"
    file.write_text(json.dumps(result() | {"notes": ["x" * LARGEST]}))
    assert result_of(str(file))["notes"] == ["x" * LARGEST]
