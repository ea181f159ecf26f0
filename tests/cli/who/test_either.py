"""One in the place of the other."""

from pathlib import Path

import pytest

from backend.cli.error import AwayError, BeyondError, FailureError, UsageError
from backend.cli.who import Document
from backend.cli.who.either import Either
from backend.cli.who.here import Here, here_at
from tests.cli.networks import small, write_small


class Refusing(Here):
    """Refuses every question in the same way."""

    def __init__(self, error: Exception) -> None:
        super().__init__(small)
        self._error = error

    def trace(self, question: Document) -> Document:
        raise self._error

    def topology(self) -> Document:
        raise self._error


ASKED = {"source": "pc", "destination": "10.0.2.9"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path / "small")


@pytest.mark.parametrize("error", [UsageError("so"), FailureError("so")])
def test_an_answer_is_an_answer_and_nobody_else_is_asked(error: Exception) -> None:
    either = Either(Refusing(error), lambda: pytest.fail("another was asked"), lambda text: pytest.fail(text))
    with pytest.raises(type(error), match="so"):
        either.trace(ASKED)


def test_where_one_is_away_the_other_answers_and_that_is_told_once(folder: Path) -> None:
    told: list[str] = []
    either = Either(Refusing(AwayError("the engine is not running")), lambda: here_at(folder), told.append)
    assert either.known == ""
    assert either.trace(ASKED)["verdict"] == "accepted"
    assert either.topology()["routers"]
    assert told == ["answered without the engine: the engine is not running"]
    assert either.known.startswith("small@")


def test_a_question_that_is_beyond_one_does_not_send_it_away(folder: Path) -> None:
    told: list[str] = []
    either = Either(Refusing(BeyondError("it is too large")), lambda: here_at(folder), told.append)
    for _ in range(2):
        assert either.trace(ASKED)["verdict"] == "accepted"
    assert len(told) == 2


def test_what_is_no_surprise_is_not_told(folder: Path) -> None:
    either = Either(Refusing(BeyondError()), lambda: here_at(folder), lambda text: pytest.fail(text))
    assert either.trace(ASKED)["verdict"] == "accepted"


def test_every_question_reaches_the_one_that_answers(folder: Path) -> None:
    own = here_at(folder)
    either = Either(own, lambda: pytest.fail("another was asked"), lambda text: pytest.fail(text))
    services = ASKED | {"services": "22"}
    assert either.network() == own.network() == either.known
    assert either.reach(services) == own.reach(services)
    assert (either.topology(), either.facts(), either.plan()) == (own.topology(), own.facts(), own.plan())
    assert either.diagnostics() == own.diagnostics() == len(own.facts()["diagnostics"])
