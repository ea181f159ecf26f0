"""A case as a file: the description of its router, and above it the packets and what became of them."""

from collections.abc import Iterator, Sequence

from backend.lab.plan.operation import Backend
from backend.lab.proof.judge import ends
from backend.lab.watch.packet import parse
from tests.oracle.cases import Case
from tests.oracle.exchanges import Exchange, Step
from tests.oracle.fates import Fate, Sent
from tests.oracle.matching import Difference

PACKET = "# packet "


def case_text(case: Case, seed: int, backend: Backend, found: Sequence[Difference]) -> str:
    lines = [f"# seed {seed}, iptables-{backend}", *(_packet(each) for each in case.exchanges)]
    for difference in found:
        lines += [f"# {line}" for line in told(difference)]
    return "\n".join(lines) + f"\n{case.text}"


def _packet(exchange: Exchange) -> str:
    return " ".join([f"{PACKET}{exchange.first.iif} {exchange.first.data.hex()}", *exchange.then])


def told(difference: Difference) -> Iterator[str]:
    known = parse(difference.met.sent.data)
    assert known is not None
    kind = f"protocol {known.protocol} flags {known.flags:#x} icmp {known.icmp_type}/{known.icmp_code}"
    yield f"difference at packet {difference.step} on {difference.met.sent.iif}: {ends(known)} {kind}"
    yield from (f"  kernel, then simulator: {text}" for text in difference.texts)
    yield f"  kernel:    {_fate(difference.met.fate)}"
    yield f"  simulator: {_fate(difference.simulated)}"


def _fate(fate: Fate) -> str:
    left = f" as {fate.left}" if fate.left is not None else ""
    matched = ", ".join(fate.matched)
    return f"{fate.verdict.value} by {fate.decided or 'nothing'} to {fate.oif or 'nobody'}{left}: {matched}"


def read_case(text: str) -> Case:
    exchanges = []
    for line in text.splitlines():
        if line.startswith(PACKET):
            iif, data, *then = line.removeprefix(PACKET).split()
            exchanges.append(Exchange(Sent(iif, bytes.fromhex(data)), tuple(map(Step, then))))
    return Case(text, tuple(exchanges))
