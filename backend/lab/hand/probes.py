"""Pings and traces as documents: who said what, by name."""

from itertools import pairwise

from backend.lab.hand.protocol import Mtr, Ping
from backend.lab.hand.standing import Document, Standing
from backend.lab.probe import ping, senders, traceroute
from backend.lab.probe.icmp import not_sent
from backend.lab.probe.loop import Steps

NOBODY = "???"


def pinged(lab: Standing, asked: Ping) -> Steps[Document]:
    pair = lab.machines.pair(asked.source, asked.destination, asked.family)
    try:
        source = lab.source(pair)
    except OSError as error:
        return lab.document(pair, None) | _statistics(()) | {"failure": not_sent(error), "echoes": []}
    wanted = ping.Asked(lab.descriptors[pair.sender.namespace], source, pair.destination, asked.count, asked.interval_s)
    echoes = yield from ping.pinging(lab.loop, wanted)
    lines = [
        {"seq": each.seq, "text": each.text, **lab.named(each.sender), "ttl": each.ttl, "rtt": _rounded(each.rtt_ms)}
        for each in echoes
    ]
    return lab.document(pair, source) | _statistics(echoes) | {"failure": "", "echoes": lines}


def _statistics(echoes: tuple[ping.Echo, ...]) -> Document:
    times = [each.rtt_ms for each in echoes if each.is_reply and each.rtt_ms is not None]
    return {
        "sent": len(echoes),
        "received": len(times),
        "loss": 1 - len(times) / len(echoes) if echoes else 1.0,
        "rtt_min": _rounded(min(times, default=None)),
        "rtt_avg": _rounded(sum(times) / len(times) if times else None),
        "rtt_max": _rounded(max(times, default=None)),
    }


def traced(lab: Standing, asked: Mtr) -> Steps[Document]:
    """In the form of a trace, so that it can be used wherever one can be given."""
    pair = lab.machines.pair(asked.source, asked.destination, asked.family)
    head = {"protocol": asked.protocol, "port": asked.port, "asked": senders.MOST}
    try:
        source = lab.source(pair)
    except OSError as error:
        return lab.document(pair, None) | head | {"reached": False, "failure": not_sent(error), "path": []}
    wanted = senders.Asked(
        lab.descriptors[pair.sender.namespace], source, pair.destination, asked.protocol, asked.port, asked.count
    )
    hops = yield from traceroute.tracing(lab.loop, wanted)
    own = pair.receiver.addresses if pair.receiver is not None else {}
    ends = [each for hop in hops[-1:] for each in hop.answers if each is not None and each.is_end]
    is_reached = any(each.sender == pair.destination or each.sender in own for each in ends)
    path = [_hop(lab, hop) for hop in hops]
    for before, after in pairwise(path):
        before["next_hop"], after["prev_hop"] = after["ip"], before["ip"]
    return lab.document(pair, source) | head | {"reached": is_reached, "failure": "", "path": path}


def _hop(lab: Standing, hop: traceroute.Hop) -> Document:
    heard = [each for each in hop.answers if each is not None]
    who = list(dict.fromkeys(each.sender for each in heard if each.sender is not None))
    first = lab.named(who[0]) if who else {"name": NOBODY, "ip": ""}
    found = lab.machines.with_address(who[0]) if who else []
    times = [each.rtt_ms for each in heard if each.sender is not None]
    return {
        "hop": hop.ttl,
        **first,
        "incoming": "",
        "outgoing": "",
        "device": found[0].addresses[who[0]] if len(found) == 1 else "",
        "is_router": len(found) == 1 and found[0].kind == "router",
        "prev_hop": "",
        "next_hop": "",
        "rtt": _rounded(min(times, default=None)),
        "rtts": [None if each is None else _rounded(each.rtt_ms) for each in hop.answers],
        "loss": 1 - len(times) / len(hop.answers),
        "answer": next((each.text for each in heard if each.is_end), heard[0].text if heard else ""),
        "also": [lab.named(each) for each in who[1:]],
    }


def _rounded(time_ms: float | None) -> float | None:
    return None if time_ms is None else round(time_ms, 3)
