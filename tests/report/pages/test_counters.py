from msgspec import structs

from backend.report.layout.marks import Chart
from backend.report.pages.counters import put_counters
from backend.report.result import Count
from tests.report.layout.sheets import pages, sheet
from tests.report.pages.pages import proved, said


def test_each_rule_that_counted_has_its_numbers() -> None:
    text = said(lambda sheet: put_counters(sheet, proved("dropped")))
    assert "hq-gw filter log-drop 2 -A log-drop -j DROP 0 1" in text
    assert "the longest is 2." in text


def test_bars_are_as_long_as_the_counts() -> None:
    first, *_ = proved("dropped").routers
    counts = (Count("filter", "FORWARD", 1, "-j DROP", 5, 10), Count("filter", "FORWARD", 2, "-j LOG", 0, 5))
    service = structs.replace(proved("dropped"), routers=(structs.replace(first, counted=counts),))
    used = sheet()
    put_counters(used, service)
    (chart,) = [mark for mark in pages(used)[0].marks if isinstance(mark, Chart)]
    lengths = [(round(bar.width / chart.width, 3), bar.is_hollow) for bar in chart.bars]
    assert lengths == [(0.5, True), (1.0, False), (0.5, False)]
    assert all(0 <= bar.y <= bar.y + bar.height <= chart.height for bar in chart.bars)


def test_each_page_has_a_chart_of_its_own_rows() -> None:
    first, *_ = proved("dropped").routers
    counted = tuple(Count("filter", "FORWARD", number, "-j LOG", 0, 1) for number in range(100))
    service = structs.replace(proved("dropped"), routers=(structs.replace(first, counted=counted),))
    used = sheet()
    put_counters(used, service)
    charts = [[mark for mark in page.marks if isinstance(mark, Chart)] for page in pages(used)]
    assert [len(each) for each in charts] == [1] * len(charts)
    assert sum(len(chart.bars) for (chart,) in charts) == 100


def test_where_none_counted_that_is_said() -> None:
    assert "None: no rule matched" in said(lambda sheet: put_counters(sheet, proved("no-route")))
