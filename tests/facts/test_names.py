import pytest

from backend.facts import names
from backend.facts.error import LineError


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x10", 0x10), ("10", 0x10), ("CS1", 0x20), ("AF41", 0x88), ("EF", 0xB8), ("lowdelay", 0x10), ("default", 0)],
)
def test_types_of_service_by_number_and_name(text: str, value: int) -> None:
    assert names.tos(text) == value


@pytest.mark.parametrize("text", ["0x100", "much", ""])
def test_what_is_no_type_of_service_is_refused(text: str) -> None:
    with pytest.raises(LineError, match="type of service"):
        names.tos(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("tcp", 6), ("UDP", 17), ("ipv6-icmp", 58), ("icmpv6", 58), ("ipencap", 4), ("47", 47), ("ipproto-253", 253)],
)
def test_ip_protocols_by_number_and_name(text: str, value: int) -> None:
    assert names.ip_protocol(text) == value


@pytest.mark.parametrize(("text", "value"), [("22", 22), ("ssh", 22), ("HTTPS", 443), ("ftp-data", 20)])
def test_ports_by_number_and_name(text: str, value: int) -> None:
    assert names.port(text) == value


@pytest.mark.parametrize("text", ["65536", "-1", "no-such-service"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(LineError, match="a port"):
        names.port(text)


def test_numbers_become_the_names_that_iproute2_prints() -> None:
    assert [names.route_protocol(text) for text in ("2", "186", "bird", "77")] == ["kernel", "bgp", "bird", "77"]
    assert [names.scope(text) for text in ("253", "link", "200", "150")] == ["link", "link", "site", "150"]
