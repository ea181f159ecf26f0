"""A small network of values, for tests that need no facts."""

from backend.model.address import parse_address
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment, Host, Location, Network, Router, Segment


def interface(name: str, *addresses: str, flags: tuple[str, ...] = ("UP", "LOWER_UP")) -> Interface:
    return Interface(name=name, flags=flags, addresses=tuple(_address(text) for text in addresses))


def _address(text: str) -> InterfaceAddress:
    address, _, length = text.partition("/")
    return InterfaceAddress(parse_address(address), int(length))


NETWORK = Network(
    name="small",
    hash="0123456789abcdef",
    routers=(
        Router(
            name="gw",
            location=Location("Lyon", 45.76, 4.84),
            roles=("gateway",),
            interfaces=(
                interface("lo", "127.0.0.1/8", "::1/128", flags=("LOOPBACK", "UP", "LOWER_UP")),
                interface("eth0", "10.1.1.1/24", "2001:db8:1::1/64", "fe80::1/64"),
                interface("eth1", flags=()),
            ),
        ),
        Router(name="bare", kind="other", interfaces=(interface("up", "10.1.1.2/24"),)),
    ),
    segments=(
        Segment(
            "10.1.1.0/24",
            tuple(a.prefix for a in (_address("10.1.1.1/24"), _address("2001:db8:1::1/64"))),
            (Attachment("bare", "up"), Attachment("gw", "eth0")),
        ),
    ),
    hosts=(
        Host("pc", (_address("10.1.1.50/24"), _address("2001:db8:1::50/64"))),
        Host("far", (_address("192.0.2.9/32"),)),
    ),
)
