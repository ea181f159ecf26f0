"""Building the demo network in namespaces: with all of its rules, and without sets and rules."""

from collections.abc import Callable
from pathlib import Path

from msgspec import structs

import backend.demo
from backend.facts import read_directory
from backend.facts.firewall import NO_FIREWALL
from backend.lab.lab import Lab
from backend.lab.plan import plan
from tests.bench.benchmark import Benchmark

DEMO = Path(backend.demo.__file__).parent / "facts"


def built(has_rules: bool) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        network = read_directory(DEMO).network
        if not has_rules:
            bare = tuple(structs.replace(router, firewall=NO_FIREWALL) for router in network.routers)
            network = structs.replace(network, routers=bare)
        planned = plan(network)

        def build() -> None:
            with Lab(planned):
                pass

        return build

    return set_up


BENCHMARKS = [
    Benchmark("lab of the demo network, its process included", built(has_rules=True)),
    Benchmark("lab of the demo network without sets and rules", built(has_rules=False)),
]
