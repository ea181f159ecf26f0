import pytest

from backend.facts.notes import Notes
from backend.facts.tables import NAMELESS, named_tables, read_table_names, table_of
from tests.facts.sample import read, section

TEXT = """\
#
# reserved values
#
255\tlocal
254\tmain
253\tdefault
0\tunspec
100 isp1   # the cheap one
0xc8 isp2
"""


def test_names_and_numbers() -> None:
    found, diagnostics = read(read_table_names, TEXT)
    assert (found["isp1"], found["isp2"], found["main"]) == (100, 200, 254)
    assert diagnostics == []


def test_without_the_file_the_usual_four_are_known() -> None:
    assert read_table_names(None, Notes("x")) == {"local": 255, "main": 254, "default": 253, "unspec": 0}


def test_a_line_that_is_not_understood_is_told() -> None:
    notes = Notes("x")
    assert read_table_names(section("100\nmany isp2\n7 good", "rt_tables"), notes)["good"] == 7
    assert [(found.line, found.expected) for found in notes.diagnostics] == [
        (1, "expected the number and the name of a routing table"),
        (2, "expected the number of a routing table, not 'many'"),
    ]


@pytest.mark.parametrize(
    ("suffix", "title", "number"),
    [
        ("102", "anything", 102),
        ("isp1", "anything", 100),
        ("local", "Local table", 255),
        ("voice", "IP Routing Table voice (102)", 102),
        ("voice", "Routing table voice (ID: 102)", 102),
        ("voice", "Routing table voice [0x66]", 102),
        ("voice", "Routing table voice", None),
        ("voice", "Routing table (voice)", None),
    ],
)
def test_a_section_tells_the_number_of_its_table(suffix: str, title: str, number: int | None) -> None:
    assert table_of(suffix, title, {"isp1": 100, "local": 255}) == number


def test_a_table_without_number_gets_one_that_the_kernel_never_uses() -> None:
    found = named_tables([("voice", "no number"), ("data", "(7)"), ("100", "")], {"main": 254})
    assert found["data"] == 7
    assert found["voice"] >= NAMELESS
    assert "100" not in found
