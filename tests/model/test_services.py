import pytest

from backend.model.services import PORTS, USUAL, ports_of


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("ssh", "22/tcp"),
        ("ntp", "123/udp"),
        ("snmp", "161/udp"),
        ("dns", "53/tcp 53/udp"),
        ("domain", "53/tcp 53/udp"),
        ("https", "443/tcp"),
        ("http3", "443/udp"),
        ("winrm", "5985/tcp 5986/tcp"),
    ],
)
def test_a_name_means_what_it_usually_is(name: str, usual: str) -> None:
    assert " ".join(f"{port}/{protocol}" for protocol, port in USUAL[name]) == usual


def test_what_rules_may_name_people_may_say() -> None:
    assert all(ports_of(name) == (port,) for name, port in PORTS.items())


def test_who_says_a_protocol_gets_each_port_once() -> None:
    assert (ports_of("dns"), ports_of("winrm")) == ((53,), (5985, 5986))
