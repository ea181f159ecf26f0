from backend.report.chart import chart_pdf
from backend.report.layout.marks import Bar, Chart
from tests.report.reading import code, reader

CHART = Chart(10, 20, 144, 72, (Bar(0, 0, 100, 10), Bar(0, 12, 50, 10, is_hollow=True)), grid=(0.0, 72.0, 144.0))


def test_it_is_as_large_as_its_place_and_has_no_letters() -> None:
    (page,) = reader(chart_pdf(CHART)).pages
    assert (page.mediabox.width, page.mediabox.height) == (144, 72)
    assert page.extract_text() == ""


def test_bars_stand_where_they_should() -> None:
    (page,) = reader(chart_pdf(CHART)).pages
    drawn = code(page)
    assert "0 62 m\n100 62 l\n100 72 l\n0 72 l" in drawn
    assert "0 50 m\n50 50 l\n50 60 l\n0 60 l" in drawn


def test_the_same_bars_are_the_same_bytes() -> None:
    assert chart_pdf(CHART) == chart_pdf(CHART)


def test_without_bars_it_is_drawn_too() -> None:
    assert chart_pdf(Chart(0, 0, 10, 10, ()))
