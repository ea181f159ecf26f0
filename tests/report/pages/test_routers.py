from backend.report.pages.routers import decided, put_blockers, put_routers
from backend.report.result import Decision
from tests.report.pages.pages import proved, said


def test_each_router_has_its_devices_verdict_and_rule() -> None:
    text = said(lambda sheet: put_routers(sheet, proved("accepted")))
    there, _, back = text.partition("Routers, with the answer")
    assert "hq-gw eth1 → wg0 ✓ accepted filter from-office rule 6:" in there
    assert "br-gw eth1 → wg0 ✓ accepted filter FORWARD rule 1:" in back
    assert "iptables_save:516" in there


def test_all_others_that_stop_it_are_named_besides_what_decides() -> None:
    text = said(lambda sheet: put_blockers(sheet, proved("dropped")))
    assert "dc-fw denied forward: rejected by dc-fw, filter db rule 3: -A db -p tcp -j REJECT" in text
    assert "log-drop" not in text
    assert said(lambda sheet: put_blockers(sheet, proved("accepted"))) == ""


def test_who_stops_the_answer_is_named_too() -> None:
    text = said(lambda sheet: put_blockers(sheet, proved("return-blocked", 4)))
    assert "gw (answer) denied forward: dropped by gw, filter FORWARD policy DROP" in text


def test_a_decision_in_words() -> None:
    assert decided(Decision("gw", "route", text="an unreachable route")) == "an unreachable route"
    assert decided(Decision("gw", "policy", "DROP", "filter", "FORWARD")) == "filter FORWARD policy DROP"
    assert decided(None) == ""
