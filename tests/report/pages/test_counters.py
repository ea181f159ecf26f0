from msgspec import structs

from backend.report.layout.marks import PAPER, Box, Page
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
    drawn = bars(pages(used)[0])
    longest = max(bar.width for bar in drawn)
    assert [(round(bar.width / longest, 3), bar.fill == PAPER) for bar in drawn] == [
        (0.5, True), (1.0, False), (0.5, False),
    ]  # fmt: skip
    assert all(bar.x + bar.width <= used.left + used.width for bar in drawn)


def bars(page: Page) -> list[Box]:
    return [mark for mark in page.marks if isinstance(mark, Box) and mark.stroke == 0.6]


def test_each_page_has_the_bars_of_its_own_rows() -> None:
    first, *_ = proved("dropped").routers
    counted = tuple(Count("filter", "FORWARD", number, "-j LOG", 0, 1) for number in range(100))
    service = structs.replace(proved("dropped"), routers=(structs.replace(first, counted=counted),))
    used = sheet()
    put_counters(used, service)
    counts = [len(bars(page)) for page in pages(used)]
    assert len(counts) > 1
    assert all(counts)
    assert sum(counts) == 100


def test_where_none_counted_that_is_said() -> None:
    assert "None: no rule matched" in said(lambda sheet: put_counters(sheet, proved("no-route")))
