from backend.report.pages.passages import chains, put_passages
from backend.report.result import Step
from tests.report.pages.pages import proved, result, said


def test_each_router_has_its_interfaces_policy_rule_route_and_chains() -> None:
    predicted = result("accepted").prediction
    assert predicted is not None
    text = said(lambda sheet: put_passages(sheet, proved("accepted"), next(predicted.whole())))
    assert "hq-gw eth1 → wg0 32766: from all lookup main 10.2.0.0/16 via 10.100.1.2 dev wg0 in main" in text
    assert "filter FORWARD 8, from-office 6 ACCEPT" in text
    assert "Through each router, back" in text


def test_what_is_not_known_is_left_open() -> None:
    assert "hq-gw eth1 → wg0 — — " in said(lambda sheet: put_passages(sheet, proved("accepted"), None))


def test_a_rule_that_leads_on_has_no_outcome_and_a_policy_no_number() -> None:
    walked = [
        Step("rule", "", "user", "filter", "FORWARD", 8),
        Step("route", "10.0.0.0/8"),
        Step("rule", "", "RETURN", "filter", "user", 2),
        Step("chain_policy", "", "DROP", "filter", "FORWARD"),
        Step("chain_policy", "", "ACCEPT", "nat", "POSTROUTING"),
    ]
    assert list(chains(walked)) == [
        "filter FORWARD 8, user 2 RETURN, FORWARD policy DROP",
        "nat POSTROUTING policy ACCEPT",
    ]
