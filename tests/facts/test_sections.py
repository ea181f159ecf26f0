from hypothesis import given
from hypothesis import strategies as st

from backend.facts.notes import Notes
from backend.facts.sections import LONGEST_LINE, Sections, read_sections
from tests.facts.sample import FOOTER, facts, framed, shown

FILE = """\
# Collected by hand
# Hostname: hq-gw
=== TSIM_SECTION_START:routing_table ===
TITLE: IP Routing Table
COMMAND: /sbin/ip route show
TIMESTAMP: 2025-06-21 15:18:34
---
default via 10.2.1.1 dev eth0 metric 1
10.2.1.0/24 dev eth0 proto kernel scope link src 10.2.1.2

EXIT_CODE: 0
=== TSIM_SECTION_END:routing_table ===
"""


def read(text: str) -> tuple[Sections, list[str]]:
    notes = Notes("r1_facts.txt")
    return read_sections(text, notes), shown(notes.diagnostics)


def test_a_section_has_title_exit_code_and_lines_numbered_as_in_the_file() -> None:
    sections, diagnostics = read(FILE + FOOTER)
    section = sections.by_name["routing_table"]
    assert sections.hostname == "hq-gw"
    assert (section.title, section.exit_code, section.is_complete) == ("IP Routing Table", 0, True)
    assert list(section) == [(8, FILE.split("\n")[7]), (9, FILE.split("\n")[8])]
    assert diagnostics == []


def test_lines_may_end_as_on_windows() -> None:
    sections, diagnostics = read((FILE + FOOTER).replace("\n", "\r\n"))
    assert list(sections.by_name["routing_table"]) == list(read(FILE + FOOTER)[0].by_name["routing_table"])
    assert sections.hostname == "hq-gw"
    assert diagnostics == []


def test_of_a_repeated_section_the_last_that_succeeded_counts() -> None:
    text = framed("x", "one") + framed("x", "two") + framed("x", "three", exit_code=1) + FOOTER
    assert [line for _, line in read(text)[0].by_name["x"]] == ["two"]
    text = framed("x", "one", exit_code=2) + framed("x", "two", exit_code=1) + FOOTER
    assert read(text)[0].by_name["x"].exit_code == 1


def test_sections_after_the_footer_count() -> None:
    sections, diagnostics = read(facts({"a": "1"}) + framed("ipset_save", "create x hash:ip"))
    assert list(sections.by_name) == ["a", "ipset_save"]
    assert diagnostics == []


def test_a_file_without_its_end_is_cut_off() -> None:
    sections, diagnostics = read(FILE)
    assert "routing_table" in sections.by_name
    assert diagnostics == [
        "r1_facts.txt:13: expected TSIM_FACTS_COLLECTION_COMPLETE at the end: the file is cut off",
    ]


def test_a_section_without_its_end_keeps_what_it_has() -> None:
    sections, diagnostics = read(FILE[: FILE.index("EXIT_CODE")])
    section = sections.by_name["routing_table"]
    assert (len(list(section)), section.exit_code, section.is_complete) == (2, None, False)
    assert "r1_facts.txt:routing_table:11: expected the end of section routing_table: it is cut off" in diagnostics


def test_the_next_section_begins_where_it_says_so_even_when_the_one_before_has_no_end() -> None:
    text = framed("a", "1").replace("=== TSIM_SECTION_END:a ===\n", "") + framed("b", "2") + FOOTER
    sections, diagnostics = read(text)
    assert [line for _, line in sections.by_name["b"]] == ["2"]
    assert sections.by_name["a"].exit_code == 0
    assert len(diagnostics) == 1


def test_a_section_without_header_is_all_content() -> None:
    sections, _ = read("=== TSIM_SECTION_START:x ===\nfirst\nsecond\n=== TSIM_SECTION_END:x ===\n" + FOOTER)
    assert list(sections.by_name["x"]) == [(2, "first"), (3, "second")]
    assert sections.by_name["x"].exit_code is None


def test_text_between_sections_is_told() -> None:
    _, diagnostics = read(FILE + "stray words\n" + FOOTER)
    assert diagnostics == ["r1_facts.txt:13: expected the start of a section or a comment 'stray words'"]


def test_binary_lines_and_endless_lines_are_told_and_left_out() -> None:
    text = framed("x", "good\nbad\0line\n" + "a" * (LONGEST_LINE + 1) + "\nalso good") + FOOTER
    sections, diagnostics = read(text)
    assert [line for _, line in sections.by_name["x"]] == ["good", "also good"]
    assert diagnostics[0] == "r1_facts.txt:7: expected text, found binary data 'bad␀line'"
    assert diagnostics[1].startswith("r1_facts.txt:8: expected a line of at most 1048576 characters 'aaa")
    assert len(diagnostics) == 2


def test_a_file_without_sections_is_no_facts() -> None:
    assert read("\x7fELF\0\1\2") == (
        Sections(None, {}),
        [
            "r1_facts.txt:1: expected text, found binary data '\\x7fELF␀\\x01\\x02'",
            "r1_facts.txt: expected facts: no line '=== TSIM_SECTION_START:…' in the file",
        ],
    )


def test_a_hostname_is_a_plain_name() -> None:
    sections, diagnostics = read("# Hostname: $(reboot)\n" + facts({"a": "1"}))
    assert sections.hostname is None
    assert len(diagnostics) == 1


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    sections, diagnostics = read(text)
    assert sections.by_name or diagnostics
