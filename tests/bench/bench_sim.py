"""One trace through ten routers, without firewall: in a row, and through a policy rule, a table and a mark at each."""

from collections.abc import Callable

from backend.facts.description import read_description
from backend.model.address import parse_address
from backend.model.flow import Flow
from backend.sim import compile_network, trace
from tests.bench.benchmark import Benchmark

ROUTERS = 10


def chain(more: str = "", rule: str = "", routers: int = ROUTERS, firewall: str = "") -> str:
    """Routers in a row with a network at each end, and rules on the last one."""
    text = '[network]\nname = "chain"\n'
    for at in range(routers):
        inward = "10.1.1.1/24" if at == 0 else f"10.0.{at}.2/24"
        outward = "10.9.1.1/24" if at == routers - 1 else f"10.0.{at + 1}.1/24"
        onward = [f"10.9.0.0/16 via 10.0.{at + 1}.2 dev b{more}"] if at < routers - 1 else []
        back = [f"10.1.0.0/16 via 10.0.{at}.1 dev a"] if at else []
        text += f'[[router]]\nname = "r{at}"\ntables = {{ side = 100 }}\nroutes = {onward + back}\n'
        text += f"rules = {[rule] if rule and onward else []}\n"
        text += firewall if at == routers - 1 else ""
        text += f'[[router.interface]]\nname = "a"\naddresses = ["{inward}"]\n'
        text += f'[[router.interface]]\nname = "b"\naddresses = ["{outward}"]\n'
    return text


def asked(text: str, mark: int = 0) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        network = compile_network(read_description(text, "chain"))
        flow = Flow(parse_address("10.1.1.50"), parse_address("10.9.1.50"), 6, 40000, 443, mark=mark)
        assert len(trace(network, flow).branches[0].hops) == ROUTERS + 1
        return lambda: trace(network, flow)

    return set_up


BENCHMARKS = [
    Benchmark("trace through 10 routers", asked(chain()), goal_s=0.0001),
    Benchmark(
        "trace through 10 routers, each by mark and table",
        asked(chain(" table side", "fwmark 0x10/0xff lookup side priority 100"), mark=0x10),
        goal_s=0.0001,
    ),
]
