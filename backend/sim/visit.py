"""What one router does with one packet: its tables and its routes, in the kernel's order.

A packet that comes in: ip_rcv, ip_forward and ip_local_deliver; one that the router sends: __ip_local_out, ip_output.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import structs

from backend.model.answer import Decision, DecisionKind
from backend.model.route import NextHop
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.account import Account
from backend.sim.arrival import Fate, arrive, send
from backend.sim.netfilter.hooks import FILTERING, ORDER, REROUTING, pass_tables
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.rule import Kind
from backend.sim.netfilter.traverse import Asking, Choices, End
from backend.sim.packet import forwarded
from backend.sim.passing import Entry, Exit

LOOPBACK = "lo"
DENIED = {Hook.PREROUTING: Verdict.DENIED_IN, Hook.INPUT: Verdict.DENIED_IN, Hook.FORWARD: Verdict.DENIED_FORWARD}
"""By where the rule stands; all others lie on the way out."""
BY_ROUTE = frozenset((Verdict.NO_ROUTE, Verdict.BLACKHOLE, Verdict.PROHIBITED, Verdict.UNREACHABLE))
WORDS = {Kind.DROP: "dropped", Kind.REJECT: "rejected"}
Going = Callable[["_Visit", NextHop], Iterator[Exit]]


def visit(entry: Entry, choices: Choices) -> list[Exit]:
    meeting = Meeting(entry.router, entry.packet, Hook.PREROUTING, iif=entry.iif)
    made = _Visit(entry, choices, meeting, Account(entry, meeting))
    return list(made.come_in() if entry.iif else made.sent())


def routed(entry: Entry) -> Exit | None:
    """Where there are no rules, routing alone decides; None where there is more to tell of it than one way."""
    packet, steps = entry.packet, list[Step]()
    fate = arrive(entry.router, packet, entry.iif, steps) if entry.iif else send(entry.router, packet, steps)
    if fate.verdict is not Verdict.ACCEPTED or len(fate.next_hops) != 1 or fate.dropped:
        return None
    hop = fate.next_hops[0]
    gone = forwarded(packet) if entry.iif else packet
    return Exit(fate.verdict, gone, tuple(steps), fate.reason, hop, conditions=fate.conditions, oif=hop.dev or "")


def _going_on(fate: Fate, at: int) -> Going:
    return lambda visit, hop: visit._output(fate, hop, at)


class _Visit:
    def __init__(self, entry: Entry, choices: Choices, meeting: Meeting, account: Account) -> None:
        self._entry = entry
        self._choices = choices
        self._meeting = meeting
        self._account = account
        self._asking = Asking(choices, account.log, entry.is_open)

    def come_in(self) -> Iterator[Exit]:
        entry, meeting = self._entry, self._meeting
        end = self._at(Hook.PREROUTING, iif=entry.iif)
        if end is not None:
            yield self._stopped(end)
            return
        fate = arrive(entry.router, meeting.packet, entry.iif, self._account.steps)
        if fate.is_heard:
            end = self._at(Hook.INPUT, iif=entry.iif)
            yield self._ended(fate) if end is None else self._stopped(end, fate)
        elif fate.verdict is not Verdict.ACCEPTED:
            yield self._ended(fate)
        elif not fate.next_hops:
            yield self._delivered(fate)
        else:
            yield from self._each(fate, lambda visit, hop: visit._forwarded(fate, hop))

    def sent(self) -> Iterator[Exit]:
        fate = send(self._entry.router, self._meeting.packet, self._account.steps)
        if fate.verdict is not Verdict.ACCEPTED:
            yield self._ended(fate)
        elif not fate.next_hops:
            yield from self._output(fate, None)
        else:
            yield from self._each(fate, lambda visit, hop: visit._output(fate, hop))

    def _at(self, hook: Hook, iif: str = "", oif: str = "") -> End | None:
        meeting = self._meeting
        meeting.hook, meeting.iif, meeting.oif = hook, iif, oif
        return self._pass(ORDER[hook])

    def _pass(self, tables: Sequence[str]) -> End | None:
        if not self._entry.firewall.tables:
            return None
        before = self._meeting.packet
        end = pass_tables(self._entry.firewall, tables, self._meeting, self._entry.known, self._asking)
        self._account.tell_translation(before)
        return end

    def _forwarded(self, fate: Fate, hop: NextHop) -> Iterator[Exit]:
        dropped = fate.dropped.get(hop.dev)
        if dropped is not None:
            yield self._ended(Fate(Verdict.RPFILTER, dropped, conditions=fate.conditions))
            return
        self._meeting.packet = forwarded(self._meeting.packet)
        end = self._at(Hook.FORWARD, self._entry.iif, hop.dev or "")
        yield self._stopped(end, fate) if end is not None else self._leave(fate, hop)

    def _leave(self, fate: Fate, hop: NextHop) -> Exit:
        self._meeting.via = int(hop.via) if hop.via is not None and hop.via.version == 4 else None
        end = self._at(Hook.POSTROUTING, self._entry.iif, hop.dev or "")
        return self._stopped(end, fate) if end is not None else self._accepted(fate, hop)

    def _delivered(self, fate: Fate) -> Exit:
        end = self._at(Hook.INPUT, iif=self._entry.iif)
        return self._stopped(end, fate) if end is not None else self._accepted(fate)

    def _output(self, fate: Fate, hop: NextHop | None, at: int = 0) -> Iterator[Exit]:
        """Rules may send it another way; they see the device of the first all the same (struct nf_hook_state)."""
        meeting = self._meeting
        if not at:
            meeting.hook, meeting.oif = Hook.OUTPUT, (hop.dev or "") if hop is not None else LOOPBACK
        for number, (tables, looks_at) in enumerate(REROUTING[at:], at + 1):
            before = meeting.packet
            end = self._pass(tables)
            if end is not None:
                yield self._stopped(end, fate)
                return
            if looks_at(before) != looks_at(meeting.packet):
                fate = send(self._entry.router, meeting.packet, self._account.steps)
                if fate.verdict is not Verdict.ACCEPTED:
                    yield self._ended(fate)
                    return
                if len(fate.next_hops) > 1:
                    yield from self._each(fate, _going_on(fate, number))
                    return
                hop = fate.next_hops[0] if fate.next_hops else None
        end = self._pass(FILTERING)
        if end is not None:
            yield self._stopped(end, fate)
        else:
            yield self._leave(fate, hop) if hop is not None else self._to_itself(fate)

    def _to_itself(self, fate: Fate) -> Exit:
        """Over lo, where it comes in again."""
        for hook, iif, oif in (
            (Hook.POSTROUTING, "", LOOPBACK), (Hook.PREROUTING, LOOPBACK, ""), (Hook.INPUT, LOOPBACK, ""),
        ):  # fmt: skip
            end = self._at(hook, iif, oif)
            if end is not None:
                return self._stopped(end, fate)
        return self._accepted(fate)

    def _each(self, fate: Fate, go: Going) -> Iterator[Exit]:
        """Along each of several equal-cost next hops, the heaviest first."""
        if len(fate.next_hops) == 1:
            yield from go(self, fate.next_hops[0])
            return
        total = sum(hop.weight for hop in fate.next_hops)
        for hop in sorted(fate.next_hops, key=lambda hop: -hop.weight):
            share = hop.weight / total
            text = f"via {hop.via} dev {hop.dev} weight {hop.weight}"
            other = self._copy(Step(StepKind.MULTIPATH, text, f"{share:.0%} of flows"))
            yield from (structs.replace(each, share=each.share * share) for each in go(other, hop))

    def _copy(self, step: Step) -> "_Visit":
        meeting = structs.replace(self._meeting)
        return _Visit(self._entry, self._choices, meeting, self._account.copy(meeting, step))

    # What came of it.

    def _accepted(self, fate: Fate, hop: NextHop | None = None) -> Exit:
        return self._exit(Verdict.ACCEPTED, fate.reason, self._account.accepting(), fate.conditions, hop)

    def _ended(self, fate: Fate) -> Exit:
        kind = DecisionKind.ROUTE if fate.verdict in BY_ROUTE else DecisionKind.NONE
        decision = Decision(self._entry.router.name, kind, fate.verdict.value, text=fate.reason)
        return self._exit(fate.verdict, fate.reason, decision, fate.conditions)

    def _stopped(self, end: End, fate: Fate | None = None) -> Exit:
        assert end.matched is not None
        decision = self._account.decision(end.matched)
        conditions = fate.conditions if fate is not None else ()
        if end.kind is not Kind.UNCERTAIN:
            verdict = DENIED.get(self._meeting.hook, Verdict.DENIED_OUT)
            return self._exit(verdict, f"{WORDS.get(end.kind, 'dropped')} by {decision.spoken}", decision, conditions)
        doubt = end.doubt
        assert doubt is not None
        if doubt.is_unknown:
            self._account.tell_unknown(end.matched, decision)
            reason = f"{decision.spoken} cannot be evaluated: {doubt.text}"
            return self._exit(Verdict.UNKNOWN, reason, decision, conditions)
        reason = f"{decision.spoken}: {doubt.text}"
        return self._exit(Verdict.CONDITIONAL, reason, decision, (*conditions, reason))

    def _exit(
        self,
        verdict: Verdict,
        reason: str,
        decision: Decision | None,
        conditions: tuple[str, ...] = (),
        hop: NextHop | None = None,
    ) -> Exit:
        return Exit(
            verdict=verdict,
            packet=self._meeting.packet,
            steps=tuple(self._account.steps),
            reason=reason,
            hop=hop,
            decision=decision,
            matched=tuple(self._account.matched),
            connection=self._meeting.connection,
            conditions=conditions,
            oif=self._meeting.oif,
        )
