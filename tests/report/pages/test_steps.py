from msgspec import structs

from backend.report.pages.steps import Told, merged, put_steps
from backend.report.result import Hop, Step, Way
from tests.report.pages.pages import proved, result, said

ROUTE = Step("route", "default via 10.0.0.1", "via 10.0.0.1", "main", section="routing_table_main", line=7)
RULE = Step("rule", "-A FORWARD -j ACCEPT", "ACCEPT", "filter", "FORWARD", 1, section="iptables_save", line=9)
OTHER = structs.replace(RULE, number=2, text="-A FORWARD -j DROP")


def hop(*steps: Step) -> Hop:
    return Hop("gw", steps=steps)


def way(*steps: Step) -> Way:
    return Way("accepted", path=(hop(*steps),))


def test_routes_of_the_prediction_stand_where_they_were_asked() -> None:
    assert merged(hop(RULE), way(RULE, ROUTE)) == (RULE, ROUTE)


def test_where_both_met_other_rules_the_proof_s_are_told() -> None:
    assert merged(hop(OTHER), way(RULE, ROUTE)) == (ROUTE, OTHER)
    assert merged(hop(OTHER), None) == (OTHER,)


def test_every_step_has_its_place_in_the_facts() -> None:
    predicted = result("accepted").prediction
    forward = proved("accepted").forward
    assert predicted is not None
    assert forward is not None
    text = said(lambda sheet: put_steps(sheet, "There", forward, next(predicted.whole()).forward, Told(), "22/tcp"))
    assert "hq-gw: in eth1, out wg0" in text
    assert "policy rule table local 0: from all lookup local no route in table local policy_rules:171" in text
    assert "rule filter FORWARD 8 -A FORWARD -i eth1 -j from-office from-office iptables_save:504" in text
    assert "chain policy mangle PREROUTING :PREROUTING ACCEPT ACCEPT iptables_save" in text


def test_a_way_without_steps_is_not_told() -> None:
    assert said(lambda sheet: put_steps(sheet, "There", way(), None, Told(), "22/tcp")) == ""


def test_what_is_the_same_for_another_service_is_told_once() -> None:
    told = Told()
    first = said(lambda sheet: put_steps(sheet, "There", way(RULE), None, told, "22/tcp"))
    second = said(lambda sheet: put_steps(sheet, "There", way(RULE), None, told, "80/tcp"))
    third = said(lambda sheet: put_steps(sheet, "There", way(OTHER), None, told, "81/tcp"))
    assert RULE.text in first
    assert "The same decisions as for 22/tcp." in second
    assert RULE.text not in second
    assert OTHER.text in third
