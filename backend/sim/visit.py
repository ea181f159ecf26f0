"""What one router does with one packet: its tables and its routes, in the kernel's order.

A packet that comes in: ip_rcv, ip_forward and ip_local_deliver; one that the router sends: __ip_local_out, ip_output.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, structs

from backend.model.answer import Decision, DecisionKind
from backend.model.route import NextHop
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.arrival import Fate, arrive, send
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.firewall import CompiledFirewall
from backend.sim.netfilter.hooks import FILTERING, ORDER, REROUTING, pass_tables
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.rule import Kind
from backend.sim.netfilter.traverse import Asking, Choices, End, Matched
from backend.sim.netfilter.tried import Trail
from backend.sim.packet import Packet, forwarded, show
from backend.sim.router import CompiledRouter

LOOPBACK = "lo"
DENIED = {Hook.PREROUTING: Verdict.DENIED_IN, Hook.INPUT: Verdict.DENIED_IN, Hook.FORWARD: Verdict.DENIED_FORWARD}
"""By where the rule stands; all others lie on the way out."""
SECTIONS = {4: "iptables_save", 6: "ip6tables_save"}
BY_ROUTE = frozenset((Verdict.NO_ROUTE, Verdict.BLACKHOLE, Verdict.PROHIBITED, Verdict.UNREACHABLE))
WORDS = {Kind.DROP: "dropped", Kind.REJECT: "rejected"}


class Exit(Struct, frozen=True, eq=False):
    """One way on which the packet leaves a router, ends in it, or is for it."""

    verdict: Verdict
    packet: Packet
    steps: tuple[Step, ...]
    reason: str = ""
    hop: NextHop | None = None
    """None: it goes no further."""
    share: float = 1.0
    decision: Decision | None = None
    """What stopped it, or what of table filter let it through."""
    matched: tuple[Matched, ...] = ()
    connection: Connection | None = None
    conditions: tuple[str, ...] = ()
    oif: str = ""

    @property
    def is_through(self) -> bool:
        return self.verdict is Verdict.ACCEPTED


class Entry(Struct, frozen=True, eq=False):
    """A packet in front of a router. With an empty `iif` the router sends it itself."""

    router: CompiledRouter
    firewall: CompiledFirewall
    packet: Packet
    iif: str
    known: tuple[Connection, ...] = ()
    is_open: bool = False
    """As if no rule stopped anything."""
    is_explained: bool = False
    """Steps say which rules were asked in vain."""


def visit(entry: Entry, choices: Choices) -> list[Exit]:
    return _Visit(entry, choices).exits()


Going = Callable[["_Visit", NextHop], Exit]


class _Visit:
    def __init__(self, entry: Entry, choices: Choices) -> None:
        self._entry = entry
        self._choices = choices
        self._steps: list[Step] = []
        self._matched: list[Matched] = []
        self._asking = Asking(choices, self._log_tried if entry.is_explained else self._log, entry.is_open)
        self._trail = Trail(entry.firewall) if entry.is_explained else None
        packet = entry.packet
        self._mark = packet.mark
        self._meeting = Meeting(entry.router, packet, Hook.PREROUTING, iif=entry.iif)

    def exits(self) -> list[Exit]:
        return list(self._come_in() if self._entry.iif else self._sent())

    # What happens is told in order.

    def _log(self, matched: Matched) -> None:
        if matched.mark != self._mark:
            self._steps.append(Step(StepKind.MARK, f"{self._mark:#x}", f"{matched.mark:#x}"))
            self._mark = matched.mark
        self._matched.append(matched)
        self._steps.append(decision_of(self._entry.router.name, self._entry.packet.family, matched).step)

    def _log_tried(self, matched: Matched) -> None:
        assert self._trail is not None
        tried = self._trail.tried(matched, self._meeting)
        self._log(matched)
        self._steps[-1] = structs.replace(self._steps[-1], tried=tried)

    def _tell_unknown(self, matched: Matched, decision: Decision) -> None:
        """A rule of which nobody can say whether it matches was not logged."""
        if self._matched[-1:] != [matched]:
            tried = self._trail.tried(matched, self._meeting) if self._trail is not None else None
            self._steps.append(structs.replace(decision.step, outcome="unknown", tried=tried))

    def _at(self, hook: Hook, iif: str = "", oif: str = "") -> End | None:
        meeting = self._meeting
        meeting.hook, meeting.iif, meeting.oif = hook, iif, oif
        if not self._entry.firewall.tables:
            return None
        before = meeting.packet
        end = pass_tables(self._entry.firewall, ORDER[hook], meeting, self._entry.known, self._asking)
        self._tell_translation(before)
        return end

    def _tell_translation(self, before: Packet) -> None:
        after = self._meeting.packet
        if after is not before and ends(before) != ends(after):
            self._steps.append(Step(StepKind.TRANSLATION, ends(before), ends(after)))

    # The ways of the kernel.

    def _come_in(self) -> Iterator[Exit]:
        entry, meeting = self._entry, self._meeting
        end = self._at(Hook.PREROUTING, iif=entry.iif)
        if end is not None:
            yield self._stopped(end)
            return
        fate = arrive(entry.router, meeting.packet, entry.iif, self._steps)
        if fate.is_heard:
            end = self._at(Hook.INPUT, iif=entry.iif)
            yield self._ended(fate) if end is None else self._stopped(end, fate)
        elif fate.verdict is not Verdict.ACCEPTED:
            yield self._ended(fate)
        elif not fate.next_hops:
            yield self._delivered(fate, entry.iif)
        else:
            yield from self._each(fate, lambda visit, hop: visit._go_through(fate, hop))

    def _go_through(self, fate: Fate, hop: NextHop) -> Exit:
        dropped = fate.dropped.get(hop.dev)
        if dropped is not None:
            return self._ended(Fate(Verdict.RPFILTER, dropped, conditions=fate.conditions))
        oif = hop.dev or ""
        self._meeting.packet = forwarded(self._meeting.packet)
        end = self._at(Hook.FORWARD, self._entry.iif, oif)
        return self._stopped(end, fate) if end is not None else self._leave(fate, hop)

    def _leave(self, fate: Fate, hop: NextHop) -> Exit:
        self._meeting.via = int(hop.via) if hop.via is not None and hop.via.version == 4 else None
        end = self._at(Hook.POSTROUTING, self._entry.iif, hop.dev or "")
        if end is not None:
            return self._stopped(end, fate)
        return self._exit(Verdict.ACCEPTED, fate.reason, self._accepting(), fate.conditions, hop)

    def _delivered(self, fate: Fate, iif: str) -> Exit:
        end = self._at(Hook.INPUT, iif=iif)
        if end is not None:
            return self._stopped(end, fate)
        return self._exit(Verdict.ACCEPTED, fate.reason, self._accepting(), fate.conditions)

    def _sent(self) -> Iterator[Exit]:
        fate = send(self._entry.router, self._meeting.packet, self._steps)
        if fate.verdict is not Verdict.ACCEPTED:
            yield self._ended(fate)
        elif not fate.next_hops:
            yield self._output(fate, None)
        else:
            yield from self._each(fate, lambda visit, hop: visit._output(fate, hop))

    def _output(self, fate: Fate, hop: NextHop | None) -> Exit:
        """Rules may send it another way; they see the device of the first all the same (struct nf_hook_state)."""
        meeting = self._meeting
        meeting.hook, meeting.oif = Hook.OUTPUT, (hop.dev or "") if hop is not None else LOOPBACK
        if self._entry.firewall.tables:
            for tables, looks_at in REROUTING:
                before = meeting.packet
                end = pass_tables(self._entry.firewall, tables, meeting, self._entry.known, self._asking)
                self._tell_translation(before)
                if end is not None:
                    return self._stopped(end, fate)
                if looks_at(before) != looks_at(meeting.packet):
                    fate = send(self._entry.router, meeting.packet, self._steps)
                    if fate.verdict is not Verdict.ACCEPTED:
                        return self._ended(fate)
                    hop = fate.next_hops[0] if fate.next_hops else None
            end = pass_tables(self._entry.firewall, FILTERING, meeting, self._entry.known, self._asking)
            if end is not None:
                return self._stopped(end, fate)
        return self._leave(fate, hop) if hop is not None else self._to_itself(fate)

    def _to_itself(self, fate: Fate) -> Exit:
        """Over lo, where it comes in again."""
        for hook, iif, oif in (
            (Hook.POSTROUTING, "", LOOPBACK), (Hook.PREROUTING, LOOPBACK, ""), (Hook.INPUT, LOOPBACK, ""),
        ):  # fmt: skip
            end = self._at(hook, iif, oif)
            if end is not None:
                return self._stopped(end, fate)
        return self._exit(Verdict.ACCEPTED, fate.reason, self._accepting(), fate.conditions)

    def _each(self, fate: Fate, go: Going) -> Iterator[Exit]:
        """Along each of several equal-cost next hops, the heaviest first."""
        if len(fate.next_hops) == 1:
            yield go(self, fate.next_hops[0])
            return
        total = sum(hop.weight for hop in fate.next_hops)
        for hop in sorted(fate.next_hops, key=lambda hop: -hop.weight):
            share = hop.weight / total
            text = f"via {hop.via} dev {hop.dev} weight {hop.weight}"
            each = self._copy((*self._steps, Step(StepKind.MULTIPATH, text, f"{share:.0%} of flows")))
            yield structs.replace(go(each, hop), share=share)

    def _copy(self, steps: Iterable[Step]) -> "_Visit":
        other = _Visit(self._entry, self._choices)
        other._steps, other._matched, other._mark = list(steps), list(self._matched), self._mark
        other._meeting = structs.replace(self._meeting)
        return other

    # What came of it.

    def _exit(
        self,
        verdict: Verdict,
        reason: str,
        decision: Decision | None,
        conditions: tuple[str, ...] = (),
        hop: NextHop | None = None,
    ) -> Exit:
        meeting = self._meeting
        return Exit(
            verdict=verdict,
            packet=meeting.packet,
            steps=tuple(self._steps),
            reason=reason,
            hop=hop,
            decision=decision,
            matched=tuple(self._matched),
            connection=meeting.connection,
            conditions=conditions,
            oif=meeting.oif,
        )

    def _ended(self, fate: Fate) -> Exit:
        kind = DecisionKind.ROUTE if fate.verdict in BY_ROUTE else DecisionKind.NONE
        decision = Decision(self._entry.router.name, kind, fate.verdict.value, text=fate.reason)
        return self._exit(fate.verdict, fate.reason, decision, fate.conditions)

    def _stopped(self, end: End, fate: Fate | None = None) -> Exit:
        assert end.matched is not None
        decision = decision_of(self._entry.router.name, self._entry.packet.family, end.matched)
        conditions = fate.conditions if fate is not None else ()
        if end.kind is not Kind.UNCERTAIN:
            verdict = DENIED.get(self._meeting.hook, Verdict.DENIED_OUT)
            return self._exit(verdict, f"{WORDS.get(end.kind, 'dropped')} by {decision.spoken}", decision, conditions)
        doubt = end.doubt
        assert doubt is not None
        if doubt.is_unknown:
            self._tell_unknown(end.matched, decision)
            return self._exit(
                Verdict.UNKNOWN, f"{decision.spoken} cannot be evaluated: {doubt.text}", decision, conditions
            )
        reason = f"{decision.spoken}: {doubt.text}"
        return self._exit(Verdict.CONDITIONAL, reason, decision, (*conditions, reason))

    def _accepting(self) -> Decision | None:
        for matched in reversed(self._matched):
            action = matched.policy or (matched.rule.target.name if matched.rule and matched.rule.target else "")
            if matched.table == "filter" and action == "ACCEPT":
                return decision_of(self._entry.router.name, self._entry.packet.family, matched)
        return None


def decision_of(router: str, family: int, matched: Matched) -> Decision:
    rule = matched.rule
    if rule is None:
        return Decision(
            router=router,
            kind=DecisionKind.POLICY,
            action=matched.policy,
            table=matched.table,
            chain=matched.chain,
            text=f":{matched.chain} {matched.policy}",
            section=SECTIONS[family],
        )
    return Decision(
        router=router,
        kind=DecisionKind.RULE,
        action=rule.target.name if rule.target is not None else "",
        table=matched.table,
        chain=matched.chain,
        number=rule.number,
        text=rule.text,
        section=SECTIONS[family],
        line=rule.line or None,
        comment=rule.comment,
    )


def ends(packet: Packet) -> str:
    """`10.1.1.50:40000 > 10.2.1.50:443`."""
    source = _end(packet, packet.source, packet.source_port)
    return f"{source} > {_end(packet, packet.destination, packet.destination_port)}"


def _end(packet: Packet, address: int, port: int | None) -> str:
    text = show(packet.family, address)
    if port is None:
        return text
    return f"[{text}]:{port}" if packet.family == 6 else f"{text}:{port}"
