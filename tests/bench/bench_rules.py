"""Rules: how long a packet's way through many of them takes, and how long it takes to compile them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from random import Random

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.model.address import Address, parse_address
from backend.model.flow import Flow, Service
from backend.model.network import Network
from backend.model.services import PORTS
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, compile_network, trace
from backend.sim.matrix import matrix
from tests.bench.benchmark import Benchmark

DEMO = Path(backend.demo.__file__).parent / "facts"
SOURCE, DESTINATION = parse_address("10.1.1.50"), parse_address("10.9.1.50")
ROUTERS, RULES, MANY = 10, 500, 5500
LARGE = 1000
MEMORY_KIB = 2_000_000


def rules(count: int, chance: Random) -> Iterator[str]:
    """As firewalls have them: the state first, then who may reach which port of whom, and what matches last."""
    yield "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    for _ in range(count - 2):
        source = f"172.{chance.randint(16, 31)}.{chance.randint(0, 255)}.0/{chance.choice((16, 20, 24))}"
        target = f"10.{chance.randint(0, 255)}.{chance.randint(0, 255)}.{chance.randint(1, 254)}/32"
        protocol = chance.choice(("tcp", "udp"))
        ports = chance.choice((f"--dport {chance.randint(1, 65535)}", f"--dport {1024 + chance.randint(0, 99)}:2000"))
        device = chance.choice(("", "-i a ", "-o b "))
        new = chance.choice(("", "-m conntrack --ctstate NEW "))
        action = chance.choice(("ACCEPT", "ACCEPT", "DROP"))
        side = chance.choice((f"-s {source} ", f"-d {target} ", f"-s {source} -d {target} "))
        yield f"-A FORWARD {device}{side}-p {protocol} -m {protocol} {ports} {new}-j {action}"
    yield "-A FORWARD -d 10.9.0.0/16 -p tcp -m tcp --dport 443 -j ACCEPT"


def firewall(count: int, seed: int) -> str:
    text = "\n".join(rules(count, Random(seed)))
    return f"iptables = '''\n*filter\n:INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n{text}\nCOMMIT\n'''\n"


@cache
def row(routers: int, count: int) -> Network:
    """Routers in a row with a network at each end."""
    text = '[network]\nname = "row"\n'
    for at in range(routers):
        inward = "10.1.1.1/24" if at == 0 else f"10.{100 + (at >> 8)}.{at & 255}.2/24"
        is_last = at == routers - 1
        outward = "10.9.1.1/24" if is_last else f"10.{100 + (at + 1 >> 8)}.{at + 1 & 255}.1/24"
        routes = [] if is_last else [f"10.9.0.0/16 via 10.{100 + (at + 1 >> 8)}.{at + 1 & 255}.2 dev b"]
        text += f'[[router]]\nname = "r{at}"\nroutes = {routes}\n{firewall(count, at)}'
        text += f'[[router.interface]]\nname = "a"\naddresses = ["{inward}"]\n'
        text += f'[[router.interface]]\nname = "b"\naddresses = ["{outward}"]\n'
    return read_description(text, "row")


def traced(routers: int, count: int) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        network = compile_network(row(routers, count))
        flow = Flow(SOURCE, DESTINATION, 6, 40000, 443)
        assert trace(network, flow).branches[0].verdict is Verdict.ACCEPTED
        return lambda: trace(network, flow)

    return set_up


def compiled(routers: int, count: int) -> Callable[[], Callable[[], CompiledNetwork]]:
    def set_up() -> Callable[[], CompiledNetwork]:
        network = row(routers, count)
        return lambda: compile_network(network)

    return set_up


def memory() -> Callable[[], object]:
    """In a process of its own, whose greatest size is asserted."""
    script = f"""
import resource
from backend.sim import compile_network
from tests.bench.bench_rules import row
compiled = compile_network(row({LARGE}, {RULES}))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

    def work() -> None:
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert int(done.stdout) < MEMORY_KIB, f"{done.stdout} KiB"

    return work


PAIRS, SERVICES = 10_000, 100


def share_of_matrix(part: int) -> int:
    """Every second pair of the demo network's machines and of others in its subnets."""
    network = read_directory(DEMO).network
    compiled, chance = compile_network(network), Random(1)
    survey = [prefix for segment in network.segments for prefix in segment.prefixes if prefix.prefixlen == 24]
    machines: list[Address] = [
        entry.address for host in network.hosts for entry in host.addresses if entry.address.version == 4
    ]
    machines += [prefix[number] for prefix in survey for number in (70, 90, 110)]
    pairs = [(one, other) for one, other in (chance.sample(machines, 2) for _ in range(PAIRS))]
    ports = [*sorted(set(PORTS.values())), *range(8000, 8100)][:SERVICES]
    services = [Service(chance.choice(("tcp", "udp")), port) for port in ports]
    return sum(len(row.outcomes) for row in matrix(compiled, pairs[part::2], services))


def whole_matrix() -> Callable[[], object]:
    def work() -> None:
        with ProcessPoolExecutor(2) as pool:
            assert sum(pool.map(share_of_matrix, range(2))) == PAIRS * SERVICES

    return work


BENCHMARKS = [
    Benchmark("trace through 10 routers of 500 rules each", traced(ROUTERS, RULES), 0.0003),
    Benchmark("trace through a router of 5,500 rules", traced(1, MANY), 0.001),
    Benchmark("5,500 rules compiled", compiled(1, MANY), 1.0),
    Benchmark("1,000,000 flows of the demo network, two processes", whole_matrix, 60.0),
    Benchmark("1,000 routers of 500 rules each, under 2 GB", memory),
]
