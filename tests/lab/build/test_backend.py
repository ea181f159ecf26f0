import pytest

from backend.lab.build import backend
from backend.lab.build.backend import choose
from backend.lab.plan.operation import Backend

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_the_first_that_works_is_chosen() -> None:
    assert choose((4, 6), Backend).backend is not None
    for each in Backend:
        assert choose((4, 6), (each,)).backend is each


def test_nothing_is_tried_for_nothing() -> None:
    assert choose((), Backend).backend is None


def test_where_none_works_each_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "TRIAL", "*filter\n-A INPUT -j NOSUCH\nCOMMIT\n")
    choice = choose((4,), Backend)
    assert choice.backend is None
    legacy, nft = choice.refusals
    assert legacy.startswith("iptables-legacy-restore: ")
    assert nft.startswith("iptables-nft-restore: ")
    assert "NOSUCH" in legacy
    assert "NOSUCH" in nft


def test_one_that_loads_rules_of_one_family_is_better_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "TRIAL", "*filter\n-A INPUT -s 10.0.0.1 -j DROP\nCOMMIT\n")
    assert choose((4, 6), Backend).backend is Backend.LEGACY
    assert choose((4, 6), Backend).refusals == ()
    assert choose((6,), Backend).backend is None
