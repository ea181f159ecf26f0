"""Short ways to a rule's match, a packet that meets it and the answer.

A meeting is written in words: `tcp 10.0.0.1:4000 10.0.9.9:80 iif=eth0 mark=5 state=NEW`.
"""

from typing import Any

from backend.facts.iptables import parse_rule, split_words
from backend.model.address import parse_address
from backend.model.firewall import Rule
from backend.model.network import Router
from backend.sim.netfilter.answer import Answer, Check, Doubt, every
from backend.sim.netfilter.connection import State
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.protocols import PROTOCOLS
from backend.sim.netfilter.scope import Scope
from backend.sim.packet import Content, Packet
from backend.sim.router import CompiledRouter, compile_router

ROUTER = Router("r")
COMPILED = compile_router(ROUTER)
CONTENT = ("flags", "icmp", "echo", "length", "mss", "spi")


def rule(text: str, table: str = "filter", chain: str = "FORWARD") -> Rule:
    return parse_rule(split_words(text), table, chain, 1, None, text, 1)


def checks(text: str, family: Any = 4, router: Router = ROUTER, **sets: Any) -> list[Check]:
    one = rule(text)
    scope = Scope(family, router, **sets)
    return [compile_match(match, one, scope) for match in one.matches]


def meeting(text: str = "", router: CompiledRouter = COMPILED, **given: Any) -> Meeting:
    words = text.split()
    said = dict(word.split("=", 1) for word in words if "=" in word)
    protocol, source, destination, *_ = [*(word for word in words if "=" not in word), "", "", ""]
    from_, source_port = _end(source or "10.0.0.1")
    to, destination_port = _end(destination or "10.0.9.9")
    address = parse_address(to)
    content = Content(**{name: _number(said[name]) for name in CONTENT if name in said})
    packet = Packet(
        4 if address.version == 4 else 6,
        int(parse_address(from_)),
        int(address),
        None if protocol in ("", "-") else int(protocol) if protocol.isdecimal() else PROTOCOLS[protocol],
        source_port,
        destination_port,
        int(said.get("mark", "0"), 0),
        int(said.get("tos", "0"), 0),
        int(said.get("ttl", "64")),
        content,
    )
    return Meeting(
        router,
        packet,
        Hook[said.get("hook", "FORWARD")],
        said.get("iif", "eth0"),
        said.get("oif", "eth1"),
        state=State[said.get("state", "INVALID")],
        **given,
    )


def _end(text: str) -> tuple[str, int | None]:
    """`10.0.0.1:80`, `[2001:db8::1]:80`, or without a port."""
    if text.startswith("["):
        address, _, port = text[1:].partition("]:")
        return address.removesuffix("]"), int(port) if port else None
    address, _, port = text.partition(":") if text.count(":") == 1 else (text, "", "")
    return address, int(port) if port else None


def _number(text: str) -> Any:
    numbers = [int(word, 0) for word in text.split("/")]
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def ask(text: str, met: Meeting | str, family: Any = None, router: Router = ROUTER, **sets: Any) -> Answer:
    """What all matches of a rule say together."""
    meeting_ = meeting(met) if isinstance(met, str) else met
    wanted = family or meeting_.packet.family
    return every(check(meeting_) for check in checks(text, wanted, router, **sets))


def said(text: str, met: Meeting | str, **more: Any) -> bool | str:
    """Yes, no, or the words of a doubt, with a question mark before what nobody can say."""
    answer = ask(text, met, **more)
    if isinstance(answer, Doubt):
        return f"? {answer.text}" if answer.is_unknown else answer.text
    return answer
