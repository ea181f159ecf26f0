"""Planning labs: of a large network, of the demo network, and of single flows in it."""

from collections.abc import Callable

from backend.lab.plan import plan
from backend.lab.plan.flow import plan_alone, plan_flow
from backend.lab.plan.survey import Survey
from backend.model.address import parse_address
from backend.model.network import Network
from tests.bench.bench_lab import demo, large
from tests.bench.benchmark import Benchmark

SOURCE, DESTINATION = parse_address("10.1.1.50"), parse_address("10.3.10.10")


def whole(read: Callable[[], Network]) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        network = read()
        return lambda: plan(network)

    return set_up


def flow() -> Callable[[], object]:
    survey = Survey(demo())
    return lambda: plan_flow(survey, SOURCE, DESTINATION)


def alone() -> Callable[[], object]:
    survey = Survey(demo())
    routers = plan_flow(survey, SOURCE, DESTINATION).routers
    return lambda: plan_alone(survey, routers)


BENCHMARKS = [
    Benchmark("plan of 1,000 routers, 1,500 links, 50,000 routes", whole(large), goal_s=1.0),
    Benchmark("plan of the demo network", whole(demo)),
    Benchmark("plan of one flow in the demo network", flow, goal_s=0.005),
    Benchmark("plan of its routers alone", alone, goal_s=0.005),
]
