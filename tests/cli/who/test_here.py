"""This process answers; that it does as the engine does is in test_engine."""

from pathlib import Path

import pytest

from backend.cli.error import FailureError, UsageError
from backend.cli.who.here import here_at
from tests.cli.networks import write_small


def test_facts_are_read_with_the_first_question(tmp_path: Path) -> None:
    here = here_at(tmp_path / "small")
    assert here.known == ""
    write_small(tmp_path / "small")
    label = here.network()
    assert label.startswith("small@")
    assert here.known == label


def test_facts_that_cannot_be_read_are_a_failure_each_time(tmp_path: Path) -> None:
    here = here_at(tmp_path / "small")
    for ask in (here.topology, here.facts, here.network):
        with pytest.raises(FailureError, match="there is no directory"):
            ask()
    assert here.known == ""


def test_what_is_asked_wrongly_names_the_field(tmp_path: Path) -> None:
    here = here_at(write_small(tmp_path / "small"))
    for question, text in (
        ({"source": "pc", "destination": "x"}, "destination: 'x' is neither"),
        ({"source": "pc", "destination": "gw-b", "services": "0"}, "services: '0'"),
    ):
        with pytest.raises(UsageError, match=text):
            here.reach(question)
    with pytest.raises(UsageError, match="colour: is no field"):
        here.trace({"source": "pc", "destination": "gw-b", "colour": "blue"})


@pytest.mark.root
@pytest.mark.serial
def test_who_waits_for_a_proof_hears_how_far_it_is(tmp_path: Path) -> None:
    here = here_at(write_small(tmp_path / "small"))
    heard: list[str] = []
    document = here.prove({"source": "pc", "destination": "10.0.2.9", "services": "22"}, heard.append)
    assert document["by"] == "proof"
    assert any("lab" in said for said in heard)
