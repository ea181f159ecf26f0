from backend.report.layout.sheet import Sheet
from backend.report.pages.compared import compared_of, put_prediction
from backend.report.pages.steps import Told
from tests.report.pages.pages import proved, result, said


def page(name: str, number: int = 0) -> str:
    whole = result(name)
    assert whole.prediction is not None
    predicted = list(whole.prediction.whole())[number]

    def put(sheet: Sheet) -> None:
        put_prediction(sheet, whole, predicted, proved(name, number), Told())

    return said(put)


def test_where_they_agree_there_is_nothing_more_to_say() -> None:
    assert page("accepted") == ""


def test_how_they_compare_is_found_by_the_service() -> None:
    found = compared_of(result("ten-services"), "443/tcp")
    assert found is not None
    assert (found.port, found.agreement) == (443, "agrees")
    assert compared_of(result("predicted"), "443/tcp") is None


def test_of_what_differs_both_sides_are_told() -> None:
    text = page("differing")
    assert "≠ differs: predicted denied_forward (hq-gw, filter log-drop rule 2: -A log-drop -j DROP)" in text
    assert "The prediction said denied forward: dropped by hq-gw" in text
    assert "hq-gw packet ≠ differs" in text
    assert "Routers, with the packet, by the prediction" in text


def test_what_the_prediction_leaves_open_is_told() -> None:
    text = page("conditional")
    assert "not comparable" in text
    assert "The prediction said conditional: denied_forward if gw, filter FORWARD rule 2" in text


def test_another_way_is_drawn_with_its_decisions() -> None:
    text = page("given-trace")
    assert "Its way is another one:" in text
    assert "Each decision on the way there, by the prediction" in text
