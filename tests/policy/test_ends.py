import pytest

from backend.policy.ends import addresses
from backend.policy.error import PolicyError
from backend.policy.span import spoken
from tests.policy.grounds import between


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("pc", "10.1.0.51"), ["10.1.0.50/31"]),
        (("fw",), ["10.1.0.1", "10.2.0.1", "192.0.2.2"]),
        (("10.0.0.3-10.0.0.9",), ["10.0.0.3-10.0.0.9"]),
        (("any",), ["0.0.0.0/0", "::/0"]),
    ],
)
def test_words_stand_for_addresses(words: tuple[str, ...], expected: list[str]) -> None:
    assert spoken(addresses(between().network, words, 1)) == expected


@pytest.mark.parametrize("word", ["nobody", "10.0.0.1/24", "10.0.0.9-10.0.0.3", "10.0.0.1-::1", "10.0.0.0/40"])
def test_a_word_that_stands_for_nothing_is_named(word: str) -> None:
    with pytest.raises(PolicyError, match="line 4: ") as raised:
        addresses(between().network, [word], 4)
    assert word in str(raised.value)
