import pytest

from backend.auth.groups import groups_of
from tests.auth.person import Person


@pytest.mark.root
@pytest.mark.serial
def test_the_groups_of_somebody_are_told_as_they_are_now(ann: Person) -> None:
    assert ann.group in (groups_of(ann.name) or ())
    ann.change("usermod", "-G", "")
    try:
        assert ann.group not in (groups_of(ann.name) or ())
    finally:
        ann.change("usermod", "-G", ann.group)


def test_nobody_has_none() -> None:
    assert groups_of("nobody-of-this-name") is None
    assert groups_of("root") is not None
