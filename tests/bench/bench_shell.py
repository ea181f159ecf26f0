"""The shell from nothing to its answer, with the demo network: asking the engine, or reading the facts itself."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from msgspec.structs import replace

from backend.config import Config, environment
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.policy.areas import ground
from backend.policy.check import Checker
from backend.policy.compare import Comparer, everybody
from backend.policy.expectation import Ports
from backend.policy.kind import World
from backend.policy.reading import read_policy
from backend.sim import compile_network
from tests.bench.bench_engine import client, settings
from tests.bench.benchmark import Benchmark

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "backend.cli.tsimsh"]
TRACE = ["trace", "-s", "hq-pc1", "-d", "dc-web1", "-j"]
MANY = 500


def demo() -> Config:
    return replace(settings(), facts=Config().facts)


def by_itself(words: list[str], typed: str = "", count: int = 1) -> Callable[[], Callable[[], object]]:
    return lambda: _run(["--no-engine", *words], environment(demo()), typed, count)


def by_engine(words: list[str], typed: str = "", count: int = 1) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        chosen = demo()
        client(chosen)
        asked = environment(chosen) | {"TSIM_FACTS": ""}
        return _run(words, asked, typed, count)

    return set_up


def _run(words: list[str], variables: dict[str, str], typed: str = "", count: int = 1) -> Callable[[], object]:
    def run() -> float:
        begin = perf_counter()
        subprocess.run([*COMMAND, *words], input=typed, text=True, env=variables, check=True, capture_output=True)
        return (perf_counter() - begin) / count

    return run


def policy() -> Callable[[], object]:
    """Of the demo network, in this process."""
    network = read_directory(Config().facts).network
    world = World(network, compile_network(network))
    expected = read_policy((ROOT / "docs" / "policy.yaml").read_text("utf-8"))

    def run() -> None:
        checker = Checker(world)
        for each in expected:
            checker.check(each)

    return run


def difference() -> Callable[[], object]:
    network = read_directory(Config().facts).network
    world = World(network, compile_network(network))
    expected = everybody(network, network, (Ports("tcp", 1, 1023), Ports("icmp")))
    return lambda: Comparer(world, world).compare(expected)


def many_areas() -> Callable[[], object]:
    """A router whose rules and sets name ten thousand addresses."""
    rules = "\n".join(
        f"-A FORWARD -s 10.1.{each >> 8}.{each & 255} -p tcp --dport 22 -j ACCEPT" for each in range(2000)
    )
    entries = "\n".join(f"add many 10.2.{each >> 8}.{each & 255}" for each in range(0, 16000, 2))
    network = read_description(LARGE.replace("RULES", rules).replace("ENTRIES", entries), "large")
    return lambda: ground([network], 4)


def from_perl() -> Callable[[], object]:
    chosen = demo()
    client(chosen)
    words = ["perl", f"-I{ROOT / 'clients' / 'perl' / 'lib'}", "-MTSim", "-MTime::HiRes=time", "-e", PINGS]
    words += [str(chosen.engine_socket), str(MANY)]
    return lambda: float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


PINGS = """
my $tsim = TSim->new(socket => shift); my $count = shift; my $begin = time;
for (1 .. $count) { $tsim->ping or die }
print +(time - $begin) / $count;
"""
LARGE = """
[network]
name = "large"
[[router]]
name = "fw"
ipset = '''
create many hash:ip family inet
ENTRIES
'''
iptables = '''
*filter
:FORWARD DROP
RULES
COMMIT
'''
[[router.interface]]
name = "a"
addresses = ["10.1.0.1/16"]
[[router.interface]]
name = "b"
addresses = ["10.2.0.1/16"]
"""
SCRIPT = f"{' '.join(TRACE)}\n" * MANY
ITSELF = "tsimsh: start, read the demo network, answer, end"
MANY_ITSELF = f"tsimsh: one of {MANY} questions, by itself"
BENCHMARKS = [
    Benchmark("policy: docs/policy.yaml against the demo network", policy, goal_s=1.0),
    Benchmark("policy: all hosts of the demo network, 1,023 ports and ICMP, two networks", difference),
    Benchmark("policy: areas of 10,000 addresses that rules and sets name", many_areas, goal_s=1.0),
    Benchmark("TSim.pm: one ping of the engine", from_perl, goal_s=0.001),
    Benchmark(ITSELF, by_itself(TRACE), goal_s=1.0),
    Benchmark("tsimsh: start, ask the engine, answer, end", by_engine(TRACE), goal_s=0.1, than=ITSELF),
    Benchmark(MANY_ITSELF, by_itself(["-q"], SCRIPT, MANY)),
    Benchmark(f"tsimsh: one of {MANY} questions, asking the engine", by_engine(["-q"], SCRIPT, MANY), than=MANY_ITSELF),
]
