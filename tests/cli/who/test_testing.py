from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from backend.cli.command import Shell
from backend.cli.error import UsageError
from backend.cli.who.here import here_at
from tests.cli.policy.files import small
from tests.jobs.test_schema import SCHEMA

ASKED = {"source": "a", "destination": "b", "services": "22,443"}


@pytest.mark.root
@pytest.mark.serial
def test_a_test_here_is_predicted_proved_and_compared(tmp_path: Path) -> None:
    heard: list[str] = []
    result = here_at(small(tmp_path / "small", 22)).tested(ASKED, heard.append)
    Draft202012Validator(SCHEMA).validate(result)
    assert [(each["verdict"], each["by"]) for each in result["services"]] == [
        ("denied_forward", "proof"), ("accepted", "proof"),
    ]  # fmt: skip
    assert result["comparison"]["differs"] is False
    assert any("the lab stands" in text for text in heard)


def test_what_is_asked_wrongly_names_the_field(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="services"):
        here_at(small(tmp_path / "small", 22)).tested(ASKED | {"services": "x"}, lambda _: None)


@pytest.mark.serial
def test_the_engine_makes_the_same(by_engine: Shell) -> None:
    asked = {"source": "hq-pc1", "destination": "br-pc1", "services": "22", "mode": "predict"}
    result = by_engine.who.tested(asked, lambda _: None)
    Draft202012Validator(SCHEMA).validate(result)
    assert result["mode"] == "predict"
