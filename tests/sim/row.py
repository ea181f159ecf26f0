"""Two routers in a row, with a client before the first and a server behind the second: near and far have the rules that
a test gives them, written table by table.
"""

from collections.abc import Mapping

from backend.model.address import parse_address
from backend.model.flow import Service
from backend.sim import CompiledNetwork
from backend.sim.exchange import Conversation
from backend.sim.packet import Packet
from backend.sim.probe import opening
from tests.sim.build import compiled
from tests.sim.netfilter.rules import saved

CLIENT, SERVER = "10.1.0.50", "10.2.0.50"
TEXT = """
[[router]]
name = "near"
routes = ["10.2.0.0/24 via 10.0.0.2", "10.9.0.0/24 via 10.0.0.2"]
{near}
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "up"
addresses = ["10.0.0.1/30"]
[[router]]
name = "far"
routes = ["10.1.0.0/24 via 10.0.0.1"]
{far}
[[router.interface]]
name = "up"
addresses = ["10.0.0.2/30"]
[[router.interface]]
name = "lan"
addresses = ["10.2.0.1/24"]
[[host]]
name = "client"
addresses = ["10.1.0.50/24"]
[[host]]
name = "server"
addresses = ["10.2.0.50/24"]
"""
Rules = Mapping[str, str]
"""Table -> its rules."""
TRACKED = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
STATEFUL = ":FORWARD DROP\n" + TRACKED
"""Table filter that lets through what is told behind it, and its answers."""


def row(near: Rules | None = None, far: Rules | None = None) -> CompiledNetwork:
    """Routers without tables are known to have none."""
    return compiled(TEXT.format(near=_key(near or {}), far=_key(far or {})))


def _key(rules: Rules) -> str:
    return f"iptables = '''\n{saved(**rules)}\n'''"


def asking(service: Service, source: str = CLIENT, destination: str = SERVER) -> Packet:
    return opening(parse_address(source), parse_address(destination), service, 40000)


def conversation(
    network: CompiledNetwork, service: Service, source: str = CLIENT, destination: str = SERVER, is_open: bool = False
) -> Conversation:
    packet = asking(service, source, destination)
    return Conversation(network, parse_address(source), packet, is_open=is_open)
