import pytest

from backend.report import ReportError, pdf
from tests.report.making import MAKING, read
from tests.report.reading import fonts, reader


@pytest.mark.parametrize("name", MAKING)
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


@pytest.mark.parametrize("name", MAKING)
def test_the_same_result_gives_the_same_bytes(name: str) -> None:
    assert pdf(read(name)) == pdf(read(name))


def test_papers() -> None:
    sizes = {paper: reader(pdf(read("accepted"), paper)).pages[0].mediabox for paper in ("A4", "Letter")}
    assert [round(sizes["A4"].width), round(sizes["A4"].height)] == [595, 842]
    assert [round(sizes["Letter"].width), round(sizes["Letter"].height)] == [612, 792]


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        pdf({"version": 1})
