import pytest
from msgspec import structs

from backend.report.pages.service import put_service
from backend.report.pages.steps import Told
from tests.report.pages.pages import result, said
from tests.report.results import NAMES


def page(name: str, number: int = 0) -> str:
    whole = result(name)
    return said(lambda sheet: put_service(sheet, whole, whole.services[number], Told()))


def test_the_verdict_and_what_decides_come_first() -> None:
    text = page("dropped")
    assert text.startswith("5432/tcp ✗ denied forward 5432/tcp is blocked: hq-gw, filter log-drop rule 2")
    assert "Router hq-gw Decision filter log-drop rule 2: -A log-drop -j DROP Action DROP" in text
    assert "Facts iptables_save:524" in text


def test_paths_there_and_back_have_their_ends() -> None:
    text = page("accepted")
    there, back = text.index("There 10.1.1.50"), text.index("Back 10.2.1.50")
    assert "source" in text[there:back]
    assert "destination" in text[back:]


def test_translations_stand_with_both_sides() -> None:
    text = page("translated")
    assert "hq-gw packet 8.8.8.8:40000 > 203.0.113.2:8443 8.8.8.8:40000 > 10.1.20.10:443" in text


def test_conditions_are_told() -> None:
    assert "Conditions ? gw, filter FORWARD rule 2" in page("conditional")


@pytest.mark.parametrize("name", NAMES)
def test_other_ways_are_drawn(name: str) -> None:
    predicted = result(name).prediction
    assert predicted is not None
    first = predicted.services[0]
    count = sum(len(way.alternatives) for way in (first.forward, first.back) if way)
    own = page(name).partition("Prediction against proof")[0]
    assert own.count(" Or, ") == count


def test_without_proof_the_prediction_is_told() -> None:
    text = page("without-proof")
    assert "(by prediction)" in text
    assert "Routers, with the packet" in text


def test_of_what_nobody_answered_that_is_said() -> None:
    whole = structs.replace(result("accepted"), prediction=None, proof=None)
    assert "Neither a prediction nor a proof" in said(
        lambda sheet: put_service(sheet, whole, whole.services[0], Told())
    )
