from msgspec import structs

from backend.report.layout.marks import Anchor, Link
from backend.report.pages.appendix import put_appendix
from backend.report.pages.routers import put_routers
from tests.report.layout.sheets import pages, sheet
from tests.report.pages.pages import proved, result, said


def test_rules_and_routes_stand_there_once_with_their_lines() -> None:
    text = said(lambda sheet: put_appendix(sheet, result("ten-services")))
    assert "iptables_save:393 filter db 3 -A db -p tcp -j REJECT --reject-with tcp-reset" in text
    assert text.count("iptables_save:393") == 1
    assert text.count("-A log-drop -j DROP") == 1
    assert "routing_table_main:216 main 10.3.0.0/16 via 10.100.1.3 dev wg0" in text


def test_what_only_counted_stands_there_too() -> None:
    text = said(lambda sheet: put_appendix(sheet, result("dropped")))
    assert "line 377 filter FORWARD 3 -A FORWARD -m conntrack --ctstate INVALID -j DROP" in text


def test_a_trace_that_was_given_is_kept() -> None:
    text = said(lambda sheet: put_appendix(sheet, result("given-trace")))
    assert '"name": "???"' in text


def test_links_of_rules_lead_there() -> None:
    used = sheet()
    put_routers(used, proved("dropped"))
    put_appendix(used, result("dropped"))
    marks = [mark for page in pages(used) for mark in page.marks]
    anchors = {mark.name for mark in marks if isinstance(mark, Anchor)}
    links = {mark.to for mark in marks if isinstance(mark, Link) and mark.to}
    assert links
    assert links <= anchors


def test_without_rules_there_is_none() -> None:
    whole = structs.replace(result("accepted"), prediction=None, proof=None)
    assert said(lambda sheet: put_appendix(sheet, whole)) == ""
