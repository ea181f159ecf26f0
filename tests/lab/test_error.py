from backend.lab.error import LabError


def test_a_lab_error_says_what_it_was_told() -> None:
    assert str(LabError("hq-gw: route add: refused")) == "hq-gw: route add: refused"
