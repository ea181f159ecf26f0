import pytest

from backend.model.interface import Interface
from backend.model.network import Router
from tests.sim.netfilter.match.asking import said

INTERFACES = (
    Interface("eth0"),
    Interface("br0"),
    Interface("port1", master="br0"),
    Interface("bond0"),
    Interface("eth5", master="bond0", flags=("UP", "SLAVE")),
    Interface("blue"),
    Interface("eth6", master="blue"),
)
ROUTER = Router("r", interfaces=INTERFACES, vrfs={"blue": 10})
SILENT = Router("r", interfaces=INTERFACES, sysctls={"net/bridge/bridge-nf-call-iptables": "0"})


@pytest.mark.parametrize(
    ("options", "packet", "expected"),
    [
        ("--physdev-is-in", "tcp iif=eth0", False),
        ("! --physdev-is-in", "tcp iif=eth0", True),
        ("! --physdev-is-bridged", "tcp iif=eth0", True),
        ("--physdev-is-bridged", "tcp iif=eth0", False),
        ("! --physdev-in port1 --physdev-is-out", "tcp iif=eth0", False),
        ("! --physdev-in port1 ! --physdev-out port2", "tcp iif=bond0", True),
        ("--physdev-in port1", "tcp iif=blue", False),
        ("--physdev-in port1", "tcp iif=br0", "physdev: in port1"),
        ("--physdev-in port1", "tcp iif= hook=POSTROUTING", "physdev: in port1"),
    ],
)
def test_ports_of_bridges(options: str, packet: str, expected: bool | str) -> None:
    assert said(f"-m physdev {options}", packet, router=ROUTER) == expected


def test_a_bridge_that_keeps_to_itself() -> None:
    assert said("-m physdev --physdev-in port1", "tcp iif=br0", router=SILENT) is False
    assert said("-m physdev ! --physdev-in port1", "tcp iif= hook=POSTROUTING", router=SILENT) is True
    six = "tcp [2001:db8::1] [2001:db8::2] iif=br0"
    assert said("-m physdev --physdev-in port1", six, router=SILENT) == "physdev: in port1"
