"""A path that somebody gives: its routers one after the other, each by itself, with what the one before let out.

Where a router stops the packet, the next one gets it as if it had been let through unchanged.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.lab.error import LabError
from backend.lab.plan.survey import Survey
from backend.lab.probe import token
from backend.lab.probe.ask import Ask, Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.alone import Alone, Bench, Case, Key
from backend.lab.proof.answers import Heard
from backend.lab.proof.passage import Passage
from backend.lab.proof.story import Visit
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import parse
from backend.model.address import Address, Prefix
from backend.model.answer import Stop
from backend.model.network import Attachment
from backend.model.verdict import Verdict

REPLY_TTL = 64
SERVER_SEQUENCE = 1


class Leg(Struct, frozen=True):
    """A stop with the device on which the packet comes and the one on which it should leave."""

    router: str
    incoming: str
    outgoing: str | None


def legs(survey: Survey, stops: Sequence[Stop], source: Address, destination: Address) -> list[Leg]:
    """LabError names the stop whose device is not known."""
    found: list[Leg] = []
    for number, stop in enumerate(stops):
        before = stops[number - 1] if number else None
        after = stops[number + 1] if number + 1 < len(stops) else None
        incoming = stop.incoming or _facing(survey, stop.router, before, source)
        if incoming is None:
            raise LabError(f"hop {number + 1} of the trace, {stop.router}: say on which interface the packet comes in")
        found.append(Leg(stop.router, incoming, stop.outgoing or _facing(survey, stop.router, after, destination)))
    return found


def _facing(survey: Survey, router: str, other: Stop | None, address: Address) -> str | None:
    """The device on a segment with the other router; at an end of the path, on that of the address."""
    devices = [interface.name for interface in survey.routers[router].interfaces]
    if other is None:
        near = [each for each in devices if any(address in prefix for prefix in _prefixes(survey, router, each))]
        return near[0] if near else None
    for device in devices:
        segment = survey.segment_at(Attachment(router, device))
        if segment is not None and any(member.router == other.router for member in segment.members):
            return device
    return None


def _prefixes(survey: Survey, router: str, device: str) -> Iterator[Prefix]:
    interface = survey.interfaces.get(Attachment(router, device))
    for entry in interface.addresses if interface is not None else ():
        yield entry.prefix


def walk(bench: Bench, path: Sequence[Leg], asks: Sequence[Ask], source: Address, destination: Address) -> list[Heard]:
    found: dict[Key, Alone] = {}
    forward = {ask.number: _packet(ask, source, destination) for ask in asks}
    _go(bench, path, Way.FORWARD, forward, found, is_back=False)
    back = {number: _answer(data) for number, data in forward.items()}
    _go(bench, path, Way.ANSWER, back, found, is_back=True)
    return [_heard(bench, path, ask, found, source, destination) for ask in asks]


def _go(
    bench: Bench, path: Sequence[Leg], way: Way, packets: dict[int, bytes], found: dict[Key, Alone], is_back: bool
) -> None:
    """Changes `packets` to what leaves the last router."""
    for leg in reversed(path) if is_back else path:
        device = leg.outgoing if is_back else leg.incoming
        if device is None:
            return
        cases = [Case(number, way, leg.router, device, data) for number, data in packets.items()]
        here = bench.found(cases)
        found.update(here)
        for number, data in packets.items():
            met = here.get((number, way, leg.router))
            left = met.visit.left if met is not None else None
            packets[number] = left.data if left is not None else _aged(data)


def _packet(ask: Ask, source: Address, destination: Address) -> bytes:
    header = Header(source, destination)
    match ask.service.protocol:
        case "tcp":
            return craft.syn(header, ask.source_port, ask.service.port, token.sequence(ask.number))
        case "udp":
            return craft.udp(header, ask.source_port, ask.service.port, token.payload(ask.number))
        case _:
            return craft.echo(header, ask.source_port, 1, token.payload(ask.number))


def _answer(data: bytes) -> bytes:
    """What the one sends back who gets this packet."""
    packet = parse(data)
    assert packet is not None
    header = Header(packet.destination, packet.source, REPLY_TTL)
    ports = (packet.destination_port, packet.source_port)
    if packet.flags:
        return craft.syn_ack(header, ports, SERVER_SEQUENCE, packet.seq + 1)
    if packet.icmp_type >= 0:
        return craft.echo(header, packet.echo_id, packet.echo_seq, data[packet.payload :], is_reply=True)
    return craft.udp(header, *ports, token.answered(data[packet.payload :]))


def _aged(data: bytes) -> bytes:
    """One router further, otherwise as it was."""
    at = 8 if data[0] >> 4 == 4 else 7
    return craft.with_checksums(data[:at] + bytes([max(data[at] - 1, 1)]) + data[at + 1 :])


def _heard(
    bench: Bench, path: Sequence[Leg], ask: Ask, found: dict[Key, Alone], source: Address, destination: Address
) -> Heard:
    there = _met(path, ask, Way.FORWARD, found)
    back = _met(list(reversed(path)), ask, Way.ANSWER, found)
    first, last = _passage(bench, there, destination), _passage(bench, back, source)
    is_answered = first.is_through and last.is_through
    result = Result(Outcome.ANSWERED if is_answered else Outcome.SILENT)
    beyond = (_whole(bench, there, destination), _whole(bench, back, source))
    notes = tuple(_other_ways(path, there))
    return Heard(ask, result, first, last, beyond, notes)


def _other_ways(path: Sequence[Leg], met: Sequence[Alone]) -> Iterator[str]:
    """Where routing does not agree with the path that was given."""
    for leg, each in zip(path, met, strict=False):
        left = each.visit.left
        if left is not None and leg.outgoing is not None and left.device != leg.outgoing:
            yield f"{leg.router} sends it out of {left.device}, and not of {leg.outgoing} as the trace has it"


def _met(path: Sequence[Leg], ask: Ask, way: Way, found: dict[Key, Alone]) -> list[Alone]:
    return [found[key] for leg in path if (key := (ask.number, way, leg.router)) in found]


def _passage(bench: Bench, met: Sequence[Alone], target: Address) -> Passage:
    """Up to the first router that does not let it through."""
    visits: list[Visit] = []
    for each in met:
        visits.append(each.visit)
        if not each.judgement.is_through:
            return _whole(bench, [*met[: len(visits)]], target)
    return _arrived(_whole(bench, met, target))


def _whole(bench: Bench, met: Sequence[Alone], target: Address) -> Passage:
    return bench.passage([each.visit for each in met], target)


def _arrived(whole: Passage) -> Passage:
    """The last router of the path lets it out: there the path ends well."""
    if not whole.visits or whole.verdict not in (Verdict.EXITS_NETWORK, Verdict.ACCEPTED):
        return whole
    branch = whole.branch
    return Passage(
        whole.visits, whole.judgements, Verdict.ACCEPTED, "", None, whole.visits[-1].namespace,
        type(branch)(branch.hops, Verdict.ACCEPTED, "") if branch is not None else None,
    )  # fmt: skip
