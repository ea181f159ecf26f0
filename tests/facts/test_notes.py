from backend.facts.notes import LIMIT, SHOWN, Notes


def test_a_diagnostic_names_file_section_line_and_text() -> None:
    notes = Notes("r1_facts.txt")
    notes.add("interfaces", 12, "  rubbish  ", "expected an interface")
    assert [str(found) for found in notes.diagnostics] == [
        "r1_facts.txt:interfaces:12: expected an interface 'rubbish'"
    ]


def test_a_long_line_is_shortened() -> None:
    notes = Notes("r1_facts.txt")
    notes.add(None, 1, "x" * 1_000_000, "expected something shorter")
    assert len(notes.diagnostics[0].text) == SHOWN
    assert notes.diagnostics[0].text.endswith("x…")


def test_of_too_many_the_number_is_told() -> None:
    notes = Notes("r1_facts.txt")
    for line in range(LIMIT + 5):
        notes.add(None, line, "?", "expected sense")
    assert len(notes.diagnostics) == LIMIT + 1
    assert str(notes.diagnostics[-1]) == "r1_facts.txt: 5 more lines could not be understood"
