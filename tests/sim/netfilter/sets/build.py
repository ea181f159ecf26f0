"""Short ways to sets and to a packet that meets them."""

from msgspec import structs

from backend.facts.ipset import read_saved
from backend.facts.iptables import parse_rule, split_words
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.address import Family
from backend.model.firewall import IpSet, Rule
from backend.model.network import Router
from backend.sim.netfilter.answer import Answer, Check
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.compile import compile_sets
from backend.sim.netfilter.sets.compiled import CompiledSet
from backend.sim.netfilter.sets.match import compile_set_match
from backend.sim.packet import UNSAID, Content, Packet
from tests.sim.build import packet, router

ROUTER = router("")


def ipsets(text: str) -> tuple[IpSet, ...]:
    """Of what `ipset save` prints."""
    notes = Notes("facts.txt")
    found = read_saved(Section("ipset_save", start=1, lines=text.splitlines()), notes)
    assert not notes.diagnostics
    return found


def sets(text: str) -> dict[str, CompiledSet]:
    return compile_sets(ipsets(text))


def meeting(seen: Packet, iif: str = "eth0", oif: str = "eth1", hook: Hook = Hook.FORWARD) -> Meeting:
    return Meeting(ROUTER, seen, hook, iif, oif)


def tcp(source: str, destination: str, ports: str = "40000/80", mark: int = 0) -> Meeting:
    return meeting(packet(source, destination, f"tcp/{ports}", mark))


def rule(text: str) -> Rule:
    return parse_rule(split_words(text), "filter", "FORWARD", 1, None, text, 1)


def scope(saved: str | None, family: Family = 4) -> Scope:
    return Scope(family, Router("r"), None if saved is None else sets(saved), "ipset_save is not in the facts")


def matching(text: str, saved: str | None, family: Family = 4) -> Check:
    """Of a rule with one match: `! --match-set a src,dst`."""
    return compile_set_match(rule(f"-m set {text}").matches[0], scope(saved, family))


def asked(text: str, saved: str, meeting: Meeting) -> Answer:
    return matching(text, saved, meeting.packet.family)(meeting)


def bare(seen: Packet) -> Packet:
    """Nothing is said of what it holds."""
    return structs.replace(seen, content=UNSAID)


def icmp(seen: Packet, kind: int, code: int) -> Packet:
    return structs.replace(seen, content=Content(icmp=(kind, code)))
