import pytest

from backend.report.layout.marks import Face
from backend.report.layout.writing import shortened, wrapped
from tests.report.layout.sheets import FONTS

RULE = "-A FORWARD -s 10.1.0.0/16 -m multiport --dports 80,443,8080,8443 -j ACCEPT"


def lines(text: str, letters: int) -> list[str]:
    return wrapped(FONTS, text, letters * 5.0, Face.MONO, 10.0)


def test_words_go_to_the_next_line() -> None:
    assert lines("one two three", 7) == ["one two", "three"]


@pytest.mark.parametrize("letters", [1, 3, 8, 20, 200])
def test_nothing_of_a_rule_is_lost_and_no_line_is_too_long(letters: int) -> None:
    found = lines(RULE, letters)
    assert "".join(found).replace(" ", "") == RULE.replace(" ", "")
    assert all(len(line) <= letters for line in found)


def test_a_long_word_is_broken_behind_a_comma_if_one_is_near() -> None:
    assert lines("80,443,8080,8443", 10) == ["80,443,", "8080,8443"]
    assert lines("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_what_is_empty_is_one_empty_line() -> None:
    assert lines("", 5) == lines("   ", 5) == [""]


def test_a_name_in_a_drawing_keeps_its_ends() -> None:
    assert shortened(FONTS, "datacentre-firewall-17", 50.0, Face.BOLD, 10.0) == "datac…l-17"
    assert shortened(FONTS, "hq-gw", 50.0, Face.BOLD, 10.0) == "hq-gw"
    assert shortened(FONTS, "x" * 10**6, 50.0, Face.BOLD, 10.0) == "xxxxx…xxxx"
