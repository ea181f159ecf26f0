from datetime import UTC, datetime
from pathlib import Path

from backend.report import pdf
from backend.report.merging import merged
from tests.report.reading import bookmarks, fonts, part, reader
from tests.report.results import read
from tests.report.test_pdf import run

NAMES = ("ipv6", "dropped", "accepted")


def made() -> bytes:
    return merged([pdf(read(name)) for name in NAMES])


def test_every_page_of_each_is_there_below_its_title() -> None:
    both, alone = made(), [pdf(read(name)) for name in NAMES]
    pages = [page.extract_text() for each in alone for page in reader(each).pages]
    assert [page.extract_text() for page in reader(both).pages] == pages
    titles = [f"Reachability {read(name)['asked']['source']} → {read(name)['asked']['destination']}" for name in NAMES]
    expected = [mark for title, each in zip(titles, alone, strict=True) for mark in (title, *bookmarks(each))]
    assert bookmarks(both) == expected
    assert all(fonts(both).values())


def test_bookmarks_and_links_lead_to_pages_of_the_same_test() -> None:
    starts, count = [], 0
    for name in NAMES:
        starts.append(count)
        count += len(reader(pdf(read(name))).pages)
    both = reader(made())
    tops = [each for each in both.outline if not isinstance(each, list)]
    assert [both.get_destination_page_number(each) for each in tops] == starts
    middle = both.pages[starts[1]]
    for each in part(middle, "/Annots"):
        target = both.get_page_number(part(each.get_object(), "/Dest")[0].get_object())
        assert target is not None
        assert starts[1] <= target < starts[2]


def test_it_says_whose_it_is_and_is_the_same_each_time(tmp_path: Path) -> None:
    both = made()
    assert made() == both
    said = reader(both).metadata
    assert said is not None
    assert (said.title, said.author) == ("Reachability: 3 tests", "anna")
    assert said.creation_date == datetime(2026, 7, 1, 12, tzinfo=UTC)
    file = tmp_path / "both.pdf"
    file.write_bytes(both)
    assert "5432/tcp" in run("pdftotext", file, "-")
