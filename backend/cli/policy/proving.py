"""A check proved: the packets that were asked for an expectation are sent."""

import argparse
from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.cli.command import Shell
from backend.cli.who import Document
from backend.model.address import Address
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.policy.check import Checked, worst
from backend.policy.deciding import State, judged
from backend.wire.services import service_document, spoken

MOST = 20
AT_ONCE = 10
"""As many services as the engine takes of one test unless it is told otherwise."""


class Packet(Struct, frozen=True):
    source: Address
    destination: Address
    service: Service
    predicted: State


def number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 1000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def prove(shell: Shell, document: Document, checked: Sequence[Checked], most: int) -> None:
    """What they find is added to the document, and the worse of both counts."""
    try:
        for each, known in zip(checked, document["expectations"], strict=True):
            known["proofs"] = list(_proofs(shell, each, most))
            states = [State(known["state"]), *(State(proof["state"]) for proof in known["proofs"])]
            known["state"] = worst(states).value
    finally:
        shell.person.clear()
    found = [State(each["state"]) for each in document["expectations"]]
    document.update(
        {"by": "proof", "state": worst(found).value, **{state.value: found.count(state) for state in State}}
    )


def packets(checked: Checked, most: int) -> list[Packet]:
    """What is not kept first."""
    known: dict[tuple[Address, Address, Service], State] = {}
    for finding in checked.findings:
        known[(*finding.ends, finding.service)] = finding.found.state
    for cell in checked.examples:
        known.setdefault((*cell.ends, cell.service), State.KEPT)
    return [Packet(*key, state) for key, state in list(known.items())[:most]]


def _proofs(shell: Shell, checked: Checked, most: int) -> Iterator[Document]:
    by_pair: dict[tuple[Address, Address], list[Packet]] = {}
    for packet in packets(checked, most):
        by_pair.setdefault((packet.source, packet.destination), []).append(packet)
    for (source, destination), those in by_pair.items():
        for at in range(0, len(those), AT_ONCE):
            some = those[at : at + AT_ONCE]
            question = {
                "source": str(source),
                "destination": str(destination),
                "services": ",".join(spoken(packet.service) for packet in some),
            }
            port = checked.expectation.source_port
            answer = shell.who.prove(question | ({"source_port": port} if port else {}), shell.person.progress)
            for packet, service in zip(some, answer["services"], strict=True):
                yield _proof(packet, service, checked)


def _proof(packet: Packet, service: Document, checked: Checked) -> Document:
    state = judged(Verdict(service["verdict"]), checked.expectation.is_to_reach)
    is_other_way = packet.predicted is State.BROKEN and state is State.KEPT and bool(checked.expectation.via)
    return {
        "source": str(packet.source),
        "destination": str(packet.destination),
        **service_document(packet.service),
        "state": state.value,
        "agrees": state is packet.predicted or is_other_way,
        **{name: service[name] for name in ("verdict", "direction", "decided_by")},
    }
