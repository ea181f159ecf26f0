"""The proof of what services can be reached: labs are built, probes sent, and what was watched becomes the answer.

    for said in proving(Request(network, source, destination, services)):
        …  # Progress several times, then the Reachability

First everything end to end, with rules as they are. Of services that a rule stopped, the way behind the block is found
in the same lab without rules that stop packets. Last each router of the way alone.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from msgspec import Struct, structs

from backend.lab.build.compiled import STORE
from backend.lab.kernel.namespace import leave, right
from backend.lab.plan.flow import FlowPlan, plan_flow
from backend.lab.plan.opened import opened_router
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.probe.ask import Ask, source_port
from backend.lab.process import Pipe, working
from backend.lab.proof.alone import Alone, Bench, Key
from backend.lab.proof.answers import answer, answer_so_far
from backend.lab.proof.given import Walk
from backend.lab.proof.heard import Heard
from backend.lab.proof.missing import missing
from backend.lab.proof.ports import translated_services
from backend.lab.proof.progress import Progress
from backend.lab.proof.round import Listening, Round, Sender
from backend.lab.proof.stage import Stage
from backend.lab.proof.telling import Tell, Telling
from backend.model.address import Address, family_of
from backend.model.answer import Reachability, ServiceAnswer, Stop
from backend.model.flow import Service
from backend.model.missing import without_guesses
from backend.model.network import Network

LONGEST_S = 120.0
OPENING = ("-p tcp -m tcp --tcp-flags SYN SYN", "! -p tcp")
"""What is traced: the packets that open a connection and those of other protocols. All that follows on a connection
goes the same way, or else is traced in a round of its own."""
EVERYTHING = ("-p tcp", "! -p tcp")
"""As many rules, so that all others stand at the same places."""


class Request(Struct, frozen=True):
    network: Network
    source: Address
    destination: Address
    services: tuple[Service, ...]
    source_port: int | None = None
    gateway: str | None = None
    """The router that the source uses first, where that is not clear."""
    path: tuple[Stop, ...] = ()
    """Routers that are tested in this order, each by itself, instead of finding the way."""
    tos: int = 0
    ttl: int = 64


def proving(request: Request, timeout_s: float = LONGEST_S) -> Iterator[Progress | Reachability]:
    """In a process of its own; all that it made is gone when it has answered, or is not asked any more."""
    with working(_work, request) as process:
        while True:
            said = process.receive(timeout_s)
            if isinstance(said, dict):
                STORE.add(said)  # rules as the kernel keeps them, for the next lab
                continue
            yield said
            if isinstance(said, Reachability):
                return


@contextmanager
def proof_here(request: Request, tell: Tell, survey: Survey | None = None) -> Iterator["Proof"]:
    """In this process, which was made for it alone: it goes into namespaces of its own and stays there."""
    leave()
    proof = Proof(request, tell, survey)
    try:
        yield proof
    finally:
        proof.close()


def _work(pipe: Pipe, request: Request) -> None:
    gc.disable()  # the process is short, and what it keeps is kept to the end
    proof = Proof(request, pipe.send)
    found = proof.found()
    pipe.send(STORE.taken())
    pipe.send(found)
    proof.close()


class Proof:
    """In a process that is in namespaces of its own already."""

    def __init__(self, request: Request, tell: Tell, survey: Survey | None = None) -> None:
        """`survey`: of the request's network, where it is there already; it may serve one proof after the other."""
        self._request = request
        self._telling = Telling(tell, request.services)
        self._survey = survey or Survey(request.network)
        self._asks = [
            Ask(number, service, source_port(number, request.source_port), request.tos, request.ttl)
            for number, service in enumerate(request.services)
        ]
        self.heard: list[Heard] = []
        self.routers: Mapping[str, str] = {}
        """Namespace → router."""
        self.alone: Mapping[Key, Alone] = {}
        self._standing: list[Stage | Bench] = []
        """All labs stay as long as the proof: to close what watches them takes as long as to build them."""

    def found(self) -> Reachability:
        return self._along_path() if self._request.path else self._along_network()

    def close(self) -> None:
        """Side by side; the end of the process would close them one by one."""
        with ThreadPoolExecutor(len(self._standing) or 1) as pool:
            list(pool.map(lambda each: each.close(), self._standing))

    def _along_path(self) -> Reachability:
        request = self._request
        names = list(dict.fromkeys(stop.router for stop in request.path))
        self._telling.building(names, right(), is_alone=True)
        bench = self._bench(names)
        self._telling.standing(bench.stage.left_out)
        walk = Walk(self._survey, bench, request.path, request.source, request.destination)
        heard = walk.heard(self._asks)
        self._told(bench.stage, heard)
        services = tuple(answer(each, bench.places, bench.book, walk.found, bench.book) for each in heard)
        return self._reachability(services, (), bench.stage)

    def _along_network(self) -> Reachability:
        flow = self._plan(OPENING)
        self._telling.building(flow.routers, right(), flow.assumptions)
        stage = self._stage(flow)
        self._telling.standing(stage.left_out)
        heard = self._end_to_end(stage, flow)
        heard = self._with_everything(heard)
        self._told(stage, heard)
        heard = self._with_beyond(heard)
        services = self._with_alone(stage, heard)
        return self._reachability(services, flow.assumptions, stage)

    def _reachability(
        self, services: tuple[ServiceAnswer, ...], assumptions: tuple[str, ...], stage: Stage
    ) -> Reachability:
        request = self._request
        why = self._unknown_rules(stage)
        services = tuple(without_guesses(service, why) for service in services)
        self._telling.routers(services)
        return Reachability(
            network=request.network.label,
            source=request.source,
            destination=request.destination,
            by="proof",
            services=services,
            source_port=request.source_port,
            assumptions=assumptions,
            refusals=stage.refusals,
        )

    def _unknown_rules(self, stage: Stage) -> dict[str, str]:
        family = family_of(self._request.source)
        return missing(self._request.network.routers, family, stage.built.loaded, stage.plan.namespaces)

    def _bench(self, routers: Iterable[str], is_everything: bool = False) -> Bench:
        tracing = Tracing((family_of(self._request.source),), EVERYTHING if is_everything else OPENING)
        bench = Bench(self._survey, dict.fromkeys(routers), tracing, is_everything)
        self._standing.append(bench)
        return bench

    def _plan(self, matches: tuple[str, ...], is_open: bool = False) -> FlowPlan:
        request = self._request
        tracing = Tracing((family_of(request.source),), matches)
        return plan_flow(self._survey, request.source, request.destination, request.gateway, tracing, is_open)

    def _stage(self, flow: FlowPlan, is_open: bool = False, is_everything: bool = False) -> Stage:
        routers = [self._survey.routers[name] for name in flow.routers]
        if is_open:
            routers = [opened_router(router) for router in routers]
        network = structs.replace(self._request.network, routers=tuple(routers))
        stage = Stage(network, flow.plan, flow.outside, is_everything)
        self._standing.append(stage)
        return stage

    def _end_to_end(self, stage: Stage, flow: FlowPlan) -> list[Heard]:
        def known(heard: Heard) -> None:
            if not heard.is_stuck:
                self._told(stage, [heard])

        around = Round(
            stage,
            self._sender(flow),
            self._asks,
            self._listening(stage, flow, self._asks),
            ready=self._telling.listening,
            known=known,
        )
        return [around.heard(ask) for ask in self._asks]

    def _again(self, stage: Stage, flow: FlowPlan, asks: Sequence[Ask]) -> dict[int, Heard]:
        around = Round(stage, self._sender(flow), asks, self._listening(stage, flow, asks))
        return {ask.number: around.heard(ask) for ask in asks}

    def _sender(self, flow: FlowPlan) -> Sender:
        return Sender(flow.source.namespace, self._request.source, self._request.destination)

    def _listening(self, stage: Stage, flow: FlowPlan, asks: Sequence[Ask]) -> list[Listening]:
        """Of the programs of a router nothing is known but that the services are asked of it."""
        services = tuple(ask.service for ask in asks)
        routers = [self._survey.routers[name] for name in flow.routers]
        others = tuple(translated_services(routers, family_of(self._request.source), services))
        both = tuple(dict.fromkeys(services + others))
        found = []
        for machine in flow.destinations:
            heard, name = services if machine.name in flow.routers else both, stage.places.name(machine.namespace)
            found += [Listening(machine.namespace, address, heard, name) for address in machine.addresses]
        return found

    def _told(self, stage: Stage, heard: Sequence[Heard]) -> None:
        why = self._unknown_rules(stage)
        for each in heard:
            self._telling.known(without_guesses(answer_so_far(each, stage.places), why))

    def _with_everything(self, heard: list[Heard]) -> list[Heard]:
        """Connections that stand, and on which nothing comes through: every packet of them is watched."""
        stuck = [each.ask for each in heard if each.is_stuck]
        if not stuck:
            return heard
        flow = self._plan(EVERYTHING)
        stage = self._stage(flow, is_everything=True)
        again = self._again(stage, flow, stuck)
        return [again.get(each.ask.number, each) for each in heard]

    def _with_beyond(self, heard: list[Heard]) -> list[Heard]:
        """The way behind a rule that stops."""
        stopped = [each.ask for each in heard if each.is_stopped]
        if not stopped:
            return heard
        self._telling.behind([ask.service for ask in stopped])
        is_everything = any(each.opening is not None for each in heard)
        flow = self._plan(EVERYTHING if is_everything else OPENING, is_open=True)
        stage = self._stage(flow, is_open=True, is_everything=is_everything)
        beyond = self._again(stage, flow, stopped)
        return [structs.replace(each, beyond=beyond.get(each.ask.number)) for each in heard]

    def _with_alone(self, stage: Stage, heard: list[Heard]) -> tuple[ServiceAnswer, ...]:
        self.heard, self.routers = heard, stage.places.routers
        cases = [case for each in heard for case in each.cases(stage.places.routers)]
        if not cases:
            return tuple(answer(each, stage.places, stage.book, {}, stage.book) for each in heard)
        self._telling.alone(case.router for case in cases)
        bench = self._bench((case.router for case in cases), any(each.opening is not None for each in heard))
        self.alone = bench.found(cases)
        return tuple(answer(each, stage.places, stage.book, self.alone, bench.book) for each in heard)
