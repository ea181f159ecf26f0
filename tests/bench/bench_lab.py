"""Labs: how long they take to build and to be gone, what an answer costs, beside a plain loop of `ip` commands."""

import gc
import resource
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from time import perf_counter, sleep

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.lab.build.apply import apply
from backend.lab.build.compiled import STORE
from backend.lab.kernel.namespace import inside
from backend.lab.plan import plan
from backend.lab.plan.flow import plan_flow
from backend.lab.plan.operation import AddAddress, AddRoute, AddRule, MakeLink, MakeNamespace, Plan, SetLink
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.probe.ask import Ask, source_port
from backend.lab.process import Pipe, Process, working
from backend.lab.proof.prove import OPENING, Proof, Request
from backend.lab.proof.round import Round, Sender
from backend.lab.proof.stage import Stage
from backend.model.address import parse_address
from backend.model.flow import Service
from backend.model.network import Network
from tests.bench.bench_sim import chain
from tests.bench.benchmark import Benchmark

DEMO = Path(backend.demo.__file__).parent / "facts"
A, B = parse_address("10.1.1.50"), parse_address("10.9.1.50")
BLOCK = 'iptables = """*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp --dport 443 -j DROP\nCOMMIT\n"""\n'
LARGE, CHORDS, ROUTES = 1000, 500, 50
PAUSE_S = 0.3
"""For the kernel, which takes the lab before down meanwhile, and locks what the next one needs."""
IP_LOOP = "lab of the demo network without rules, by a loop of ip"


@cache
def demo() -> Network:
    return read_directory(DEMO).network


# From nothing to the first packet.


def build_and_ping(pipe: Pipe, planned: Plan) -> None:
    """A ping between two hosts of one site, across a router of the network where it has two."""
    gc.disable()  # as it is for each lab
    begin = perf_counter()
    built = apply(planned)
    first = built.descriptors.get("hq-pc1")
    if first is not None:
        with inside(first):
            subprocess.run(["ping", "-c1", "-W2", "10.1.20.10"], check=True, stdout=subprocess.DEVNULL)
    pipe.send((perf_counter() - begin, STORE.taken()))
    pipe.receive()


def standing(planned: Callable[[], Plan], is_known: bool = False) -> Callable[[], Callable[[], float]]:
    """The time of the process from its start until the lab stands and the first answer is there. `is_known`: its rules
    have been loaded before, as those of facts that are in use."""

    def set_up() -> Callable[[], float]:
        known = planned()

        def build() -> float:
            begin = perf_counter()
            with working(build_and_ping, known) as process:
                _, compiled = process.receive()
                elapsed = perf_counter() - begin
            if is_known:
                STORE.add(compiled)
            sleep(PAUSE_S)
            return elapsed

        if is_known:
            build()
        return build

    return set_up


def gone() -> Callable[[], float]:
    """From the wish that it should end to the end of the process, and with it of all its namespaces' names."""
    known = plan(demo())

    def end() -> float:
        process = Process(build_and_ping, known)
        process.receive()
        begin = perf_counter()
        process.close()
        return perf_counter() - begin

    return end


# The same by `ip`, one process for each command.


def commands(planned: Plan) -> Iterator[list[str]]:
    for each in planned.operations:
        match each:
            case MakeNamespace():
                yield ["ip", *each.text.split()]
            case MakeLink():
                yield ["ip", *each.text.split()]
            case SetLink() | AddAddress() | AddRoute() | AddRule():
                yield ["ip", "-n", each.namespace, *each.text.split()]


def by_ip_commands() -> Callable[[], None]:
    lines = "\n".join(" ".join(command) for command in commands(plan(demo())))
    script = f"mount -t tmpfs none /run && mkdir /run/netns\n{lines}\ntrue"

    def build() -> None:
        subprocess.run(["unshare", "--net", "--mount", "sh", "-c", script], check=True, stderr=subprocess.DEVNULL)

    return build


# A thousand routers in a ring with chords.


def ends(link: int) -> tuple[int, int]:
    """The ring first, then chords."""
    return (link, (link + 1) % LARGE) if link < LARGE else ((link - LARGE) * 2, ((link - LARGE) * 2 + 501) % LARGE)


@cache
def large() -> Network:
    interfaces: dict[int, list[str]] = {router: [] for router in range(LARGE)}
    near: dict[int, tuple[str, str]] = {}
    for link in range(LARGE + CHORDS):
        net = f"10.{link >> 6}.{(link & 63) << 2}"
        one, other = ends(link)
        for router, last in ((one, 1), (other, 2)):
            interfaces[router].append(f'[[router.interface]]\nname = "e{link}"\naddresses = ["{net}.{last}/30"]\n')
        near[one] = (f"{net}.2", f"e{link}")
    text = ['[network]\nname = "large"\n']
    for router in range(LARGE):
        via, dev = near[router]
        routes = [f"10.{200 + (at >> 6)}.{(at & 63) << 2}.0/24 via {via} dev {dev}" for at in range(ROUTES)]
        text.append(f'[[router]]\nname = "r{router}"\nroutes = {routes}\n{"".join(interfaces[router])}')
    return read_description("".join(text), "large.toml")


# What an answer costs.


def keep_asking(pipe: Pipe, network: Network) -> None:
    """For each word that comes, one more service is asked for until the rule that stops it is known."""
    flow = plan_flow(Survey(network), A, B, tracing=Tracing((4,), OPENING))
    stage = Stage(network, flow.plan, flow.outside)
    sender = Sender(flow.source.namespace, A, B)
    number = 0
    while True:
        pipe.receive()
        begin = perf_counter()
        ask = Ask(number, Service("tcp", 443), source_port(number, None))
        found = Round(stage, sender, [ask], [])
        elapsed = perf_counter() - begin
        decision = found.heard(ask).there.decision
        assert decision is not None
        assert decision.chain == "FORWARD"
        pipe.send(elapsed)
        number += 1


def blocked(routers: int) -> Callable[[], Callable[[], float]]:
    def set_up() -> Callable[[], float]:
        text = chain(routers=routers, firewall=BLOCK)
        process = Process(keep_asking, read_description(text, "chain"))

        def ask() -> float:
            process.pipe.send("go")
            found: float = process.receive(30)
            return found

        ask()
        return ask

    return set_up


def tell_answer(pipe: Pipe, request: Request) -> None:
    gc.disable()  # as it is for each proof
    proof = Proof(request, lambda _: None)
    pipe.send((proof.found(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def answered(services: int) -> Callable[[], Callable[[], float]]:
    """The whole proof of services that are blocked on the way through five routers, each router alone as well."""

    def set_up() -> Callable[[], float]:
        network = read_description(chain(routers=5, firewall=BLOCK), "chain")
        request = Request(network, A, B, tuple(Service("tcp", port) for port in range(443, 443 + services)))

        def ask() -> float:
            begin = perf_counter()
            with working(tell_answer, request) as process:
                found, kilobytes = process.receive(60)
                elapsed = perf_counter() - begin
            assert all(len(service.routers) == 5 for service in found.services)
            assert kilobytes < 300_000, f"{kilobytes} KiB"
            return elapsed

        return ask

    return set_up


BENCHMARKS = [
    Benchmark(IP_LOOP, by_ip_commands),
    Benchmark("lab of the demo network, of rules that were never loaded", standing(lambda: plan(demo())), 0.3),
    Benchmark("lab of the demo network to the first answer", standing(lambda: plan(demo()), True), 0.1, than=IP_LOOP),
    Benchmark("lab of 1,000 routers, 1,500 links, 50,000 routes", standing(lambda: plan(large())), 3.0),
    Benchmark("lab of the demo network gone", gone, 0.1),
    Benchmark("a blocked service, probe to rule, 5 routers", blocked(5), 0.002),
    Benchmark("proof of 1 blocked service, 5 routers, each alone", answered(1), 0.3),
    Benchmark("proof of 1,000 services, 5 routers, each alone", answered(1000), 1.0),
]
