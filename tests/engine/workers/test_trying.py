"""What the engine may is tried where it is; tests/cli/doctor has one that is asked."""

from typing import Any, cast

import pytest

from backend.engine.workers import trying
from backend.engine.workers.child import Channel
from backend.lab.error import LabError
from tests.engine.workers.test_answering import known
from tests.engine.workers.test_checking import Heard

pytestmark = [pytest.mark.root, pytest.mark.serial]


def said() -> Any:
    heard = Heard()
    trying.trying(known(), cast(Channel, heard), b"")
    return heard.said


def test_what_a_lab_can_do_here_is_told() -> None:
    assert said()["trial"]["backend"] in ("legacy", "nft")


def test_why_there_can_be_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise LabError("it is forbidden")

    monkeypatch.setattr(trying, "tried", refused)
    assert said() == {"error": "it is forbidden"}
