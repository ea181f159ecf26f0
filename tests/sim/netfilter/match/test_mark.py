import pytest

from backend.sim.netfilter.connection import Connection, Tuple
from tests.sim.netfilter.match.asking import meeting, said

ONE_WAY = Tuple(6, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("options", "mark", "expected"),
    [
        ("--mark 5", 5, True),
        ("--mark 0x5", 5, True),
        ("--mark 010", 8, True),
        ("--mark 0x5/0xf", 0x15, True),
        ("--mark 0x5/0xff", 0x15, False),
        ("! --mark 5", 5, False),
        ("! --mark 0x5/0xff", 0x15, True),
        ("--mark 0x0/0x1", 2, True),
        ("--mark 0x10/0xf", 0x10, False),
        ("--mark 0xffffffff", 0xFFFFFFFF, True),
    ],
)
def test_marks_of_packets_and_connections(options: str, mark: int, expected: bool) -> None:
    assert said(f"-m mark {options}", f"tcp mark={mark}") is expected
    connection = Connection(ONE_WAY, ONE_WAY.turned, mark=mark)
    assert said(f"-m connmark {options}", meeting("tcp", connection=connection)) is expected


def test_without_connection_there_is_no_mark_to_match() -> None:
    assert said("-m connmark --mark 0", "tcp") is False
    assert said("-m connmark ! --mark 1", "tcp") is False
