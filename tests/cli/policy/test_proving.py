import argparse
from pathlib import Path

import pytest

from backend.cli.command import YES
from backend.cli.policy.proving import number, packets
from backend.policy.deciding import State
from tests.cli.playing import told
from tests.cli.policy.files import between, policy
from tests.policy.asked import check


def test_what_is_not_kept_is_proved_first() -> None:
    checked = check("10.1.0.0/24 must reach db on https")
    some = packets(checked, 3)
    assert len(some) == 3
    first = [packet.predicted for packet in some][: len(checked.findings)]
    assert set(first) == {State.BROKEN}
    every = packets(checked, 1000)
    assert len({(packet.source, packet.destination, packet.service) for packet in every}) == len(every)
    assert State.KEPT in {packet.predicted for packet in every}


@pytest.mark.parametrize("text", ["0", "x", "1001", "-1"])
def test_a_number_is_a_number(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=text):
        number(text)
    assert number("7") == 7


@pytest.mark.root
@pytest.mark.serial
def test_a_policy_is_proved(tmp_path: Path) -> None:
    lines = "pc must reach db on 8000, by way of fw", "10.1.0.64/30 must not reach db on 22"
    answer = told(f"check {policy(tmp_path, *lines)} --prove -j", between())
    assert (answer.code, answer.document["by"]) == (YES, "proof")
    proofs = [proof for each in answer.document["expectations"] for proof in each["proofs"]]
    assert [(proof["verdict"], proof["agrees"]) for proof in proofs] == [("accepted", True), ("denied_forward", True)]
    assert "proved: 10.1.0.50" in told(f"check {policy(tmp_path, *lines)} --prove 1 -v", between()).text
