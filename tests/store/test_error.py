from backend.store.error import StoreError


def test_what_helps_is_to_be_told_not_to_try_again() -> None:
    assert not StoreError("it is no database").is_passing
    assert StoreError("it is locked", is_passing=True).is_passing
    assert str(StoreError("it is locked", is_passing=True)) == "it is locked"
