import pytest

from backend.lab.trial import SETS, tried

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_it_says_what_there_is_and_what_there_is_not() -> None:
    found = tried()
    assert found.backend is not None
    assert found.refusals == ()
    assert found.sets.keys() < SETS.keys()
