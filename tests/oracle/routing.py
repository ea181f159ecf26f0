"""One routing decision, as the simulator makes it and as `ip route get` tells it, in the same words."""

from itertools import pairwise

from msgspec import Struct

from backend.lab.lab import Answer
from backend.model.trace import Step
from backend.model.verdict import Verdict
from backend.sim.arrival import VERDICT_OF, arrive, send
from backend.sim.lookup import decide
from backend.sim.packet import packet_of
from backend.sim.router import CompiledRouter
from tests.oracle.questions import Question

ERRORS = {
    "Network is unreachable": Verdict.NO_ROUTE,
    "No route to host": Verdict.UNREACHABLE,
    "Invalid argument": Verdict.BLACKHOLE,
    "Permission denied": Verdict.PROHIBITED,
    "Invalid cross-device link": Verdict.BLACKHOLE,
}
DELIVERED = ("local", "broadcast", "multicast", "anycast")


class Told(Struct, frozen=True):
    """A verdict, or the ways out that are possible; one of them where the kernel chose among equals."""

    verdict: Verdict
    ways: frozenset[tuple[str | None, str | None]] = frozenset()
    """(next hop, interface)"""
    has_dropped: bool = False
    """Whether some of the ways would fail the reverse-path check."""

    def agrees(self, kernel: "Told") -> bool:
        if self.has_dropped and kernel.verdict is Verdict.BLACKHOLE:
            return True
        return self.verdict is kernel.verdict and (self.ways == kernel.ways or bool(kernel.ways & self.ways))


def simulated(router: CompiledRouter, question: Question) -> Told:
    packet = packet_of(question.flow)
    if packet.family == 6:
        return _ipv6(router, question)
    steps: list[Step] = []
    fate = send(router, packet, steps) if question.iif is None else arrive(router, packet, question.iif, steps)
    if fate.verdict is not Verdict.ACCEPTED:
        return Told(_as_kernel(fate.verdict, fate.reason))
    ways = frozenset((_text(hop.via), hop.dev) for hop in fate.next_hops if hop.dev not in fate.dropped)
    return Told(Verdict.ACCEPTED, ways, bool(fate.dropped))


def _as_kernel(verdict: Verdict, reason: str) -> Verdict:
    """`ip route get` has fewer words: forwarding off is "No route to host", the reverse-path filter (on
    newer kernels) "Invalid argument", a policy rule that says unreachable "Network is unreachable"."""
    if verdict is Verdict.FORWARDING_OFF:
        return Verdict.UNREACHABLE
    if verdict is Verdict.RPFILTER:
        return Verdict.BLACKHOLE
    if verdict is Verdict.UNREACHABLE and "says unreachable" in reason:
        return Verdict.NO_ROUTE
    if "broadcast address" in reason:
        return Verdict.ACCEPTED
    return verdict


def _ipv6(router: CompiledRouter, question: Question) -> Told:
    """`ip -6 route get` tells the decision alone, without the switches that forwarding asks."""
    decision = decide(router, packet_of(question.flow), question.iif)
    if decision.refusal is not None:
        return Told(_as_kernel(VERDICT_OF[decision.refusal], decision.reason))
    is_local = decision.route is not None and decision.route.kind != "unicast"
    ways = () if is_local else decision.next_hops
    return Told(Verdict.ACCEPTED, frozenset((_text(hop.via), hop.dev) for hop in ways))


def _text(address: object) -> str | None:
    return None if address is None else str(address)


def told_by_kernel(answer: Answer) -> Told:
    if answer.error:
        for text, verdict in ERRORS.items():
            if text in answer.error:
                return Told(verdict)
        raise ValueError(f"what does this mean: {answer.error!r}")
    words = answer.text.replace("via inet6 ", "via ").split()
    refused = {"unreachable": Verdict.UNREACHABLE, "blackhole": Verdict.BLACKHOLE, "prohibit": Verdict.PROHIBITED}
    if words[0] in refused:
        return Told(refused[words[0]])
    if words[0] in DELIVERED:
        return Told(Verdict.ACCEPTED)
    value = dict(pairwise(words))
    return Told(Verdict.ACCEPTED, frozenset({(value.get("via"), value.get("dev"))}))
