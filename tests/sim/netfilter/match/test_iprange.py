import pytest

from tests.sim.netfilter.match.asking import said

V6 = "tcp [2001:db8::5]:5 [2001:db8::2]:6"


@pytest.mark.parametrize(
    ("options", "packet", "expected"),
    [
        ("--src-range 10.0.0.1-10.0.0.1", "tcp", True),
        ("--src-range 10.0.0.1", "tcp", True),
        ("--src-range 9.255.255.255-10.0.0.0", "tcp", False),
        ("! --src-range 9.255.255.255-10.0.0.0", "tcp", True),
        ("--src-range 10.0.0.0-10.0.0.9 --dst-range 10.0.9.8-10.0.9.9", "tcp", True),
        ("--src-range 10.0.0.0-10.0.0.9 ! --dst-range 10.0.9.8-10.0.9.9", "tcp", False),
        ("--src-range 2001:db8::4-2001:db8::6", V6, True),
        ("--dst-range 2001:db8::4-2001:db8::6", V6, False),
        ("--dst-range 10.0.0.1-10.0.0.2", V6, "? iprange: dst-range 10.0.0.1-10.0.0.2 (10.0.0.1 is not of IPv6)"),
    ],
)
def test_ranges(options: str, packet: str, expected: bool | str) -> None:
    assert said(f"-m iprange {options}", packet) == expected
