from backend.policy.error import PolicyError


def test_it_says_where() -> None:
    assert str(PolicyError("is wrong", 7)) == "line 7: is wrong"
    assert str(PolicyError("is wrong")) == "is wrong"
