import pytest

from backend.store.bounds import INTEGER, bounded, is_text


@pytest.mark.parametrize(
    ("value", "expected"), [("", True), ("ann", True), ("größe", True), ("\n", True), ("a\0", False), ("\udcff", False)]
)
def test_which_texts_can_be_there(value: str, expected: bool) -> None:
    assert is_text(value) is expected


def test_numbers_that_are_too_large_become_the_largest() -> None:
    assert [bounded(value) for value in (-5, 0, 7, 1 << 70)] == [0, 0, 7, (1 << 63) - 1]
    assert bounded(1 << 40, INTEGER) == (1 << 31) - 1
