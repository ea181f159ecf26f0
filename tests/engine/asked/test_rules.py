import pytest

from backend.engine import EngineError
from backend.engine.asked.rules import check_name, check_password


@pytest.mark.parametrize("name", ["", "-ann", ".ann", "a b", "ann\n", "ann\0", "änn", "x" * 65, "ann/..", "a,b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(EngineError, match="is no name") as caught:
        check_name(name, "username")
    assert caught.value.field == "username"


@pytest.mark.parametrize("name", ["ann", "ann.b-c_9", "ann@example.org", "x" * 64, "9", "_x"])
def test_usual_names_are_taken(name: str) -> None:
    check_name(name, "username")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "at least 8"), ("1234567", "at least 8"), ("x" * 1025, "at most 1024"),
        ("Longer-Name", "the name is no password"), ("\ud800" * 8, "no text"),
    ],
)  # fmt: skip
def test_a_password_that_is_none_is_refused_and_not_repeated(password: str, reason: str) -> None:
    with pytest.raises(EngineError, match=reason) as caught:
        check_password(password, "longer-name", "new")
    assert not password or password not in caught.value.message


@pytest.mark.parametrize("password", ["12345678", "x" * 1024, "пароль-пароль", "  leading and trailing  "])
def test_any_text_that_is_long_enough_is_one(password: str) -> None:
    check_password(password, "ann", "new")
