import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.report import ReportError, parts, pdf
from tests.report.hostile import huge, nasty
from tests.report.reading import bookmarks, fonts, joined, part, reader
from tests.report.results import NAMES, read


@pytest.mark.parametrize("name", NAMES)
def test_every_result_becomes_pages_with_embedded_fonts_and_its_title(name: str) -> None:
    document = read(name)
    made = pdf(document)
    asked = document["asked"]
    title = f"Reachability {asked['source']} → {asked['destination']}"
    read_back = reader(made)
    assert read_back.metadata is not None
    assert read_back.metadata.title == title
    assert all(fonts(made).values())
    count = len(read_back.pages)
    for number, page in enumerate(read_back.pages, 1):
        said = page.extract_text()
        assert f"{number} / {count}" in said
        assert title in said


@pytest.mark.parametrize("name", NAMES)
def test_the_same_result_gives_the_same_bytes(name: str) -> None:
    assert pdf(read(name)) == pdf(read(name))


def test_papers() -> None:
    sizes = {paper: reader(pdf(read("accepted"), paper)).pages[0].mediabox for paper in ("A4", "Letter")}
    assert [round(sizes["A4"].width), round(sizes["A4"].height)] == [595, 842]
    assert [round(sizes["Letter"].width), round(sizes["Letter"].height)] == [612, 792]


def test_each_part_can_be_had_alone() -> None:
    document = read("ipv6")
    assert parts(document) == ["summary", "22/tcp", "icmp", "appendix"]
    for part_, first in (
        ("summary", "2001:db8:1:1::50 → 2001:db8:2:1::50"),
        ("icmp", "icmp ✓ accepted"),
        ("appendix", "Appendix: rules and routes of this report"),
    ):
        made = pdf(document, only=part_)
        assert body(made).splitlines()[0] == first
        assert all(fonts(made).values())
    with pytest.raises(ReportError, match="part: '23/tcp' is none of summary"):
        pdf(document, only="23/tcp")


def test_which_papers_there_are_is_said() -> None:
    with pytest.raises(ReportError, match="paper: 'A5' is none of A4, Letter"):
        pdf(read("accepted"), "A5")


def test_other_programs_read_it_too(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf(read("ten-services")))
    listed = run("pdffonts", file).splitlines()[2:]
    assert listed
    assert all(line.split()[-5] == "yes" for line in listed), "embedded"
    text = run("pdftotext", file, "-")
    assert "-A db -p tcp -j REJECT --reject-with tcp-reset" in text
    assert "→" in text


def run(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        pdf({"version": 1})


@pytest.mark.parametrize("name", NAMES)
def test_every_text_of_the_result_stands_in_it(name: str) -> None:
    document = read(name)
    text = joined(body(pdf(document)))
    missing = [said for said in set(texts(document)) if joined(said) not in text]
    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_each_service_has_a_bookmark_and_what_it_is_about(name: str) -> None:
    document = read(name)
    made = bookmarks(pdf(document))
    assert made[0] == "Summary"
    for service in document["services"]:
        label = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
        assert any(f" {label} {service['verdict'].replace('_', ' ')}" in each for each in made)


def test_a_click_on_a_service_leads_to_its_page() -> None:
    made = reader(pdf(read("ten-services")))
    links = [each.get_object() for each in part(made.pages[0], "/Annots")]
    first = next(each for each in links if each["/Rect"][0] < 50)
    number = made.get_page_number(part(first, "/Dest")[0].get_object())
    assert number is not None
    assert "22/tcp ✗ denied forward" in made.pages[number].extract_text()


@pytest.mark.parametrize("name", ["accepted", "dropped", "given-trace", "differing"])
def test_hostile_texts_are_shown_and_do_nothing(name: str) -> None:
    made = pdf(nasty(name))
    text = joined(body(made))
    for said in (
        "<script>alert(1)</script>",
        "\\x1b[31mred\\x07\\x00",
        "⟨U+202E⟩txt.exe",
        "(unbalanced\\(",
        "x" * 2000,
    ):
        assert said in text
    assert "🔥" not in text
    assert "⟨U+1F525⟩" in text
    assert pdf(nasty(name)) == made


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_huge_result_makes_a_whole_report_within_its_pages(paper: str, tmp_path: Path) -> None:
    """Read by pdftotext, which takes a tenth of the time; a benchmark makes one of 100 services."""
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf(huge(6, 30), paper))
    text = joined(run("pdftotext", file, "-"))
    assert all(f"100{number}/tcp" in text for number in range(6))
    assert all(f"router-{number}" in text for number in range(30))
    assert text.count("z") >= 6 * 2000


def test_a_result_without_any_answer_is_a_report_too() -> None:
    document = read("accepted") | {"services": [], "prediction": None, "proof": None, "comparison": None, "phases": []}
    document["asked"]["services"] = []
    assert "No service was tested." in body(pdf(document))


TOLD_OTHERWISE = {"submitted", "started", "ended", "began", "network", "by", "scope", "direction", "kind", "agreement"}
"""Times to the second, names of networks in two parts, and words that stand in headings. Why a way is accepted is that
it ends at its destination."""


def body(made: bytes) -> str:
    """Without the lines at the head and the foot of each page."""
    return "\n".join("\n".join(page.extract_text().splitlines()[1:-1]) for page in reader(made).pages)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key.endswith("verdict"):
                yield (each or "").replace("_", " ")
            elif (key, value.get("verdict")) == ("reason", "accepted"):
                continue
            elif key == "notes":
                yield from (note.removeprefix("assumed: ") for note in each)
            elif key not in TOLD_OTHERWISE:
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
