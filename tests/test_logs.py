import json
import logging
import sys
from collections.abc import Iterator

import pytest

from backend import logs


@pytest.fixture
def at_a_job() -> Iterator[None]:
    def about() -> dict[str, str]:
        return {"job": "17"}

    logs.about.append(about)
    yield
    logs.about.remove(about)


def record(message: str, *given: object, error: bool = False) -> logging.LogRecord:
    found = sys.exc_info() if error else None
    return logging.LogRecord("backend.web", logging.WARNING, __file__, 1, message, given, found)


@pytest.mark.usefixtures("at_a_job")
def test_a_line_of_json_is_one_object_with_what_it_is_about() -> None:
    line = json.loads(logs.formatter("web", "json").format(record("%s took\n%d s", "it", 3)))
    assert line.pop("time").endswith("+00:00")
    assert line.pop("pid") > 0
    assert line == {
        "level": "warning", "process": "web", "logger": "backend.web", "message": "it took\n3 s", "job": "17",
    }  # fmt: skip


def test_what_failed_is_in_the_same_line() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        text = logs.formatter("engine", "json").format(record("it failed", error=True))
    assert len(text.splitlines()) == 1
    assert "ValueError: wrong" in json.loads(text)["error"]


def test_text_says_the_same_to_people() -> None:
    assert logs.formatter("engine", "text").format(record("it failed")).endswith(" engine WARNING it failed")
