import pytest

from backend.policy.error import PolicyError
from backend.policy.expectation import ANYTHING, Ports
from backend.policy.services import read_services


def test_all_the_ways_to_write_them() -> None:
    found = read_services("https, tcp/3306, 53/udp, 1000-1010/udp, tcp/20 - 21, icmp, 443", 1)
    assert found == (
        Ports("tcp", 443, 443), Ports("tcp", 3306, 3306), Ports("udp", 53, 53), Ports("udp", 1000, 1010),
        Ports("tcp", 20, 21), Ports("icmp"),
    )  # fmt: skip
    assert read_services("any", 1) == ANYTHING
    assert read_services("dns, ntp", 1) == (Ports("tcp", 53, 53), Ports("udp", 53, 53), Ports("udp", 123, 123))
    assert read_services("tcp/dns, winrm/tcp", 1) == (
        Ports("tcp", 53, 53), Ports("tcp", 5985, 5985), Ports("tcp", 5986, 5986)
    )  # fmt: skip
    assert read_services("tcp", 1) == read_services("any tcp", 1) == (Ports("tcp", 1, 65535),)


@pytest.mark.parametrize("text", ["", "70000", "22/sctp", "nonsense", "9-5/tcp", "0/tcp", "tcp/udp"])
def test_what_is_wrong_is_named_with_its_line(text: str) -> None:
    with pytest.raises(PolicyError, match="line 3: ") as raised:
        read_services(text, 3)
    assert text in str(raised.value)
