"""Short ways to a compiled network, a router and a packet."""

from backend.facts.description import read_description
from backend.model.address import parse_address
from backend.model.flow import PROTOCOLS, Flow
from backend.sim import CompiledNetwork, compile_network
from backend.sim.packet import Packet, packet_of
from backend.sim.router import CompiledRouter


def compiled(text: str) -> CompiledNetwork:
    return compile_network(read_description(f'[network]\nname = "test"\n{text}', "test.toml"))


def router(text: str) -> CompiledRouter:
    """The one router described by its keys; `interfaces` are added as tables at the end of the text."""
    return next(iter(compiled(f'[[router]]\nname = "r"\n{text}').routers.values()))


def packet(source: str, destination: str, service: str = "", mark: int = 0, tos: int = 0, ttl: int = 64) -> Packet:
    """A packet; a service is written `udp/53` or `udp/40000/53`, with the source port in the middle."""
    protocol, *ports = service.split("/") if service else [""]
    numbers = [int(port) for port in ports]
    flow = Flow(
        parse_address(source),
        parse_address(destination),
        PROTOCOLS[protocol] if protocol else None,
        source_port=numbers[0] if len(numbers) == 2 else None,
        destination_port=numbers[-1] if numbers else None,
        mark=mark,
        tos=tos,
        ttl=ttl,
    )
    return packet_of(flow)
