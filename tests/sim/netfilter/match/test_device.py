import pytest

from backend.model.interface import Interface
from backend.model.network import Router
from tests.sim.build import router
from tests.sim.netfilter.match.asking import meeting, said

ROUTER = Router(
    "r",
    interfaces=(
        Interface("eth0", group="5"),
        Interface("eth1", group="guests"),
        Interface("ppp0", link="ppp"),
    ),
)


@pytest.mark.parametrize(
    ("options", "packet", "expected"),
    [
        ("--src-group 5", "tcp iif=eth0", True),
        ("--src-group 0x5", "tcp iif=eth0", True),
        ("! --src-group 5", "tcp iif=eth0", False),
        ("--src-group 0x1/0x1", "tcp iif=eth0", True),
        ("--src-group default", "tcp iif=ppp0", True),
        ("--src-group 0", "tcp iif=eth0", False),
        ("--src-group guests", "tcp iif=eth1", True),
        ("--src-group 7", "tcp iif=eth1", "? devgroup: whether group guests of eth1 is 7"),
        ("--src-group guests", "tcp iif=eth0", "? devgroup: whether group 5 of eth0 is guests"),
        ("--dst-group 5", "tcp oif=eth0", True),
        ("! --dst-group 5 --src-group 5", "tcp iif=eth0 oif=ppp0", True),
        ("! --src-group 5", "tcp iif=", False),
    ],
)
def test_groups_of_devices(options: str, packet: str, expected: bool | str) -> None:
    assert said(f"-m devgroup {options}", packet, router=ROUTER) == expected


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-m mac --mac-source 00:11:22:33:44:55", "tcp iif=eth0", "mac: source 00:11:22:33:44:55"),
        ("-m mac ! --mac-source 00:11:22:33:44:55", "tcp iif=eth0", "mac: not source 00:11:22:33:44:55"),
        ("-m mac ! --mac-source 00:11:22:33:44:55", "tcp iif=ppp0", False),
        ("-m eui64", "tcp [fe80::1] [fe80::2] iif=eth0", "eui64"),
        ("-m eui64", "tcp [fe80::1] [fe80::2] iif=ppp0", False),
    ],
)
def test_addresses_of_stations(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet, router=ROUTER) == expected


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        ("tcp hook=FORWARD", "unicast"),
        ("udp 10.0.0.1 10.0.0.255 hook=PREROUTING", "broadcast"),
        ("udp 10.0.0.1 255.255.255.255 hook=INPUT", "broadcast"),
        ("udp 10.0.0.1 224.0.0.5 hook=PREROUTING", "multicast"),
        ("udp 10.0.0.1 224.0.0.5 hook=OUTPUT iif=", "unicast"),
        ("udp [fe80::1] [ff02::1] hook=PREROUTING", "multicast"),
        ("udp [fe80::1] [fe80::2] hook=PREROUTING", "unicast"),
    ],
)
def test_types_of_packets(packet: str, expected: str) -> None:
    text = 'interface = [{ name = "eth0", addresses = ["10.0.0.254/24"] }]'
    met = meeting(packet, router(text))
    names = ("unicast", "broadcast", "multicast", "otherhost")
    found = {name for name in names if said(f"-m pkttype --pkt-type {name}", met)}
    assert found == {expected}
    assert said(f"-m pkttype ! --pkt-type {expected}", met) is False
    assert said("-m pkttype --pkt-type warp", met) == "? pkttype: pkt-type warp (no type of packet of the name warp)"
