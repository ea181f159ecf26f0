"""What all commands share."""

import argparse

import pytest

from backend.cli.command import NO, OPEN, YES, Parser, answered, question, reached
from backend.cli.commands import parse
from backend.cli.error import UsageError


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ({"accepted"}, YES),
        ({"accepted", "denied_in"}, NO),
        ({"accepted", "conditional"}, OPEN),
        ({"denied_in", "unknown"}, OPEN),
        ({"exits_network"}, OPEN),
    ],
)
def test_several_verdicts_have_one_code(verdicts: set[str], code: int) -> None:
    assert reached(verdicts) == code


def test_a_question_has_what_was_said_only() -> None:
    asked = argparse.Namespace(source="pc", destination="b", tos=None, other="x")
    assert question(asked, ("source", "destination", "tos")) == {"source": "pc", "destination": "b"}


def test_bytes_that_are_no_text_can_be_asked_like_any_other() -> None:
    asked = question(argparse.Namespace(source="a\udcffb"), ("source",))
    assert asked == {"source": "a\ufffdb"}
    asked["source"].encode()


def test_words_that_argparse_repeats_are_shortened() -> None:
    each = Parser(prog="x")
    each.add_argument("n", type=int)
    with pytest.raises(UsageError) as error:
        each.parse_args(["9" * 10_000 + "x"])
    assert len(str(error.value)) < 400
    assert "usage: x" in str(error.value)


def test_text_is_made_only_where_it_is_wanted() -> None:
    def text() -> str:
        raise AssertionError

    assert answered(argparse.Namespace(json=True), NO, {"a": 1}, text).document == {"a": 1}
    assert answered(argparse.Namespace(json=False), NO, {"a": 1}, lambda: "one").text == "one"


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [("set -j x y", "x", "y"), ("set x -j y", "x", "y"), ("set x y -j", "x", "y"), ("set x -j", "x", None)],
)
def test_options_may_stand_between_words_that_may_be_left_out(line: str, name: str, value: str | None) -> None:
    asked = parse(line.split())
    assert (asked.name, asked.value, asked.json) == (name, value, True)
    with pytest.raises(UsageError, match="unrecognized arguments: z"):
        parse([*line.split(), "y", "z"] if value is None else [*line.split(), "z"])
