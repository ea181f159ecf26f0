"""Labs of one flow and routers alone, with real packets."""

import sys
from ipaddress import ip_address

import pytest

from backend.facts.description import read_description
from backend.lab.lab import Lab
from backend.lab.plan.flow import FlowPlan, plan_alone, plan_flow
from backend.lab.plan.survey import Survey

pytestmark = [pytest.mark.root, pytest.mark.serial]

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
routes = [
    "default via 198.51.100.1 dev wan onlink", "10.5.0.0/16 via 10.0.0.77", "10.6.0.0/16 dev core",
    "10.7.0.0/16 dev tun0", "10.8.0.0/16 dev bare", "10.9.0.0/16 via inet6 2001:db8::77 dev core",
]
iptables = '''
*nat
:PREROUTING ACCEPT
-A PREROUTING -d 10.0.0.99 -j DNAT --to-destination 10.0.0.60
COMMIT
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "wan"
addresses = ["203.0.113.2/32"]
[[router.interface]]
name = "tun0"
tunnel = true
addresses = ["10.255.0.1/32"]
[[router.interface]]
name = "bare"
"""
SURVEY = Survey(read_description(TEXT, "x.toml"))


def planned(source: str, destination: str) -> FlowPlan:
    return plan_flow(SURVEY, ip_address(source), ip_address(destination))


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        pytest.param("10.1.0.50", "10.0.0.60", id="host to host"),
        pytest.param("10.1.0.50", "10.0.0.99", id="a translated destination"),
        pytest.param("10.1.0.50", "10.5.1.1", id="behind a neighbour"),
        pytest.param("10.1.0.50", "10.6.1.1", id="on a link without a subnet for it"),
        pytest.param("10.1.0.50", "10.7.1.1", id="behind a tunnel whose other end is unknown"),
        pytest.param("10.1.0.50", "10.8.1.1", id="on the link of an interface without addresses"),
        pytest.param("10.1.0.50", "10.9.1.1", id="behind an IPv6 neighbour"),
        pytest.param("203.0.113.2", "192.0.2.1", id="on the internet, whose provider is on no subnet"),
        pytest.param("10.5.1.1", "10.1.0.50", id="from behind a neighbour"),
        pytest.param("10.7.1.1", "10.1.0.50", id="from behind a tunnel"),
        pytest.param("192.0.2.1", "203.0.113.2", id="from the internet"),
        pytest.param("10.0.0.1", "10.1.0.50", id="from a router"),
        pytest.param("2001:db8::50", "2001:db8::1", id="to a router"),
    ],
)
def test_the_destination_answers_the_source(source: str, destination: str) -> None:
    flow = planned(source, destination)
    with Lab(flow.plan) as lab:
        done = lab.run(flow.source.namespace, ["ping", "-c", "1", "-W", "3", "-I", source, destination])
        assert done.code == 0, done.stdout + done.stderr


BENCH = r"""
import socket, struct, sys, time
into, out, mac, packet = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]), bytes.fromhex(sys.argv[4])
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
tap.settimeout(5)
put = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
put.bind((into, 0))
put.send(mac + bytes(6) + b"\x08\x00" + packet)
while True:
    frame, (dev, _, kind, _, _) = tap.recvfrom(2000)
    if kind != socket.PACKET_OUTGOING and frame[12:14] == b"\x08\x00":
        print(dev, kind == socket.PACKET_OTHERHOST, frame[14 + 8], socket.inet_ntoa(frame[14 + 16:14 + 20]))
        break
"""
"""Puts a packet on the cable of one interface and tells which one came out: device, for somebody else, TTL, to whom."""


@pytest.mark.parametrize(
    ("to", "out"), [("10.0.0.60", "core"), ("10.5.1.1", "core"), ("192.0.2.1", "wan"), ("10.7.1.1", "tun0")]
)
def test_a_router_alone_forwards_what_is_put_on_its_cable(to: str, out: str) -> None:
    plan = plan_alone(SURVEY, ("gw",))
    devices = plan.devices()["gw"]
    into, leaving = devices["lan"], devices[out]
    assert into.end.mac is not None
    ends = ip_address("10.1.0.50").packed + ip_address(to).packed
    head = bytes.fromhex("4500001c00000000401100000000000000000000")[:12] + ends
    total = sum(int.from_bytes(head[at : at + 2]) for at in range(0, 20, 2))
    check = ~(total % 0xFFFF) & 0xFFFF
    packet = head[:10] + check.to_bytes(2) + head[12:] + bytes.fromhex("0400003500080000")
    words = [into.other.dev, leaving.other.dev, into.end.mac.replace(":", ""), packet.hex()]
    with Lab(plan) as lab:
        done = lab.run("_bench", [sys.executable, "-c", BENCH, *words])
        assert done.stdout.split() == [leaving.other.dev, "True", "63", to], done.stderr
