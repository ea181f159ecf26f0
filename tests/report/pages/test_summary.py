from backend.report.pages.summary import put_summary
from backend.report.reading import as_json, printed
from backend.report.result import read_result
from tests.report.layout.sheets import all_texts, sheet
from tests.report.pages.pages import result
from tests.report.results import read


def said(name: str) -> str:
    used = sheet()
    put_summary(used, result(name))
    return " ".join(all_texts(used))


def test_who_when_and_about_which_network() -> None:
    text = said("ten-services")
    for part in ("anna", "2026-07-01 12:00:00 UTC", "demo", "549806d6", "4f1c2a90b7d3", "10.1.1.50 → 10.3.20.10"):
        assert part in text
    assert "Of 10 services: 1 reached, 9 not reached." in text


def test_how_old_the_facts_were_and_what_of_them_was_not_understood() -> None:
    lines = [{"file": f"{name}_facts.txt", "section": None, "line": 3, "text": "x", "expected": "a route"}
             for name in ("hq-gw", "br-wifi", "br-plant")]  # fmt: skip
    kept = {"hash": "5498" * 16, "created": "2026-06-28T11:00:00Z", "routers": 12, "diagnostics": lines}
    used = sheet()
    put_summary(used, read_result(as_json(read("ten-services")), printed, as_json(kept)))
    text = " ".join(all_texts(used))
    assert "3 days at the end of the test" in text
    assert "2026-06-28 11:00:00 UTC" in text
    assert "12 routers, 3 lines not understood" in text
    assert "Not understood in the facts of hq-gw: hq-gw_facts.txt:3: a route 'x'" in text
    assert "Of the facts of other routers, 2 lines could not be understood" in text


def test_hosts_on_the_path_have_their_names() -> None:
    text = said("accepted")
    assert "Source 10.1.1.50 (hq-pc1)" in text
    assert "Destination 10.2.1.50 (br-pc1)" in text


def test_every_service_has_its_verdict_and_what_decides() -> None:
    text = said("dropped")
    assert "5432/tcp ✗ denied forward proof 5432/tcp is blocked: hq-gw, filter log-drop rule 2: -A log-drop" in text


def test_each_router_alone_in_a_matrix() -> None:
    assert "hq-gw dc-gw dc-fw dc-spine1 dc-leaf dc-spine2 22/tcp ✓ passes ✓ passes ✗ stopped" in said("ten-services")


def test_an_answer_that_is_stopped_is_told_apart() -> None:
    text = said("return-blocked")
    assert "denied forward on the way back" in text
    assert "81/tcp ↩✗ answer stopped ✓ passes" in text


def test_prediction_and_proof_that_differ_are_told() -> None:
    text = said("differing")
    assert "Prediction and proof differ, which is an error of ours" in text
    assert "22/tcp ≠ differs predicted denied_forward (hq-gw," in text


def test_what_is_missing_is_said() -> None:
    text = said("without-proof")
    assert "Not compared: there is no proof." in text
    assert "there is no proof: no network namespace can be made here" in text
    assert "Only a prediction was asked for." in said("predicted")


def test_what_is_unusual_is_said_or_that_nothing_is() -> None:
    assert "No assumption was made, and no rule was refused." in said("accepted")
    assert "Assumed by the proof: 8.8.8.8 is taken to be on the internet" in said("translated")
    assert said("translated").count("8.8.8.8 is taken to be on the internet") == 1, "whoever says so"
    assert "hop 2 did not answer" in said("given-trace")
    assert "condition of the proof" in said("conditional")
