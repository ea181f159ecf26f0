from pathlib import Path
from typing import Any

from backend.cli.policy.text import check_text, diff_text
from tests.cli.playing import told
from tests.cli.policy.files import between, policy


def checked(folder: Path, line: str) -> dict[str, Any]:
    document: dict[str, Any] = told(f"check {policy(folder, line)} -j", between()).document
    return document


def test_a_proof_that_says_otherwise_is_always_shown(tmp_path: Path) -> None:
    document = checked(tmp_path, "pc must reach db on 8000")
    proof = {
        "source": "10.1.0.50", "destination": "10.2.0.50", "port": 8000, "protocol": "tcp", "state": "broken",
        "agrees": False, "verdict": "denied_forward", "direction": "forward", "decided_by": None,
    }  # fmt: skip
    document["expectations"][0]["proofs"] = [proof, proof | {"agrees": True, "port": None, "protocol": "icmp"}]
    text = check_text(document, 0)
    assert "8000/tcp: denied_forward, which the prediction did not say" in text
    assert "icmp" not in text
    assert "icmp: denied_forward" in check_text(document, 1)


def test_long_lists_are_cut_unless_all_is_wanted(tmp_path: Path) -> None:
    document = checked(tmp_path, "10.1.0.64/30 must not reach db on https")
    document["expectations"][0]["findings"] *= 20
    assert "… and 10 more" in check_text(document, 0)
    assert "more" not in check_text(document, 1)


def test_of_one_question_only_the_changes_are_told() -> None:
    outcome = {"verdict": "accepted", "direction": "return", "decided_by": None}
    change = {"sources": ["a"], "destinations": ["b"], "services": ["icmp"], "before": outcome, "after": outcome}
    document = {
        "before": "x",
        "after": "y",
        "changes": 1,
        "questions": [{"changes": [change], "name": None, "text": "t"}],
    }
    assert diff_text(document).splitlines() == [
        "x → y: 1 difference", "  a → b icmp", "    - accepted on the way back", "    + accepted on the way back",
    ]  # fmt: skip
