"""Of every chain on the way the rules that were asked in vain, in order, and why."""

from ipaddress import ip_address

import pytest
from msgspec import structs

from backend.model.flow import Flow
from backend.model.trace import Step, StepKind, Tried
from backend.sim import CompiledNetwork, compile_network, trace
from backend.sim.netfilter.answer import every
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import CompiledTable, Kind
from tests import scenario
from tests.sim.build import compiled
from tests.sim.netfilter.match.asking import meeting

GATEWAY = """
[[router]]
name = "gw"
iptables = '''
*mangle
:PREROUTING ACCEPT
-A PREROUTING -s 10.9.0.0/16 -j MARK --set-mark 0x9
-A PREROUTING -i lan -j MARK --set-mark 0x1
-A PREROUTING -m mark ! --mark 0x1 -j DROP
COMMIT
*filter
:FORWARD DROP
:web -
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.0/8 ! -i lan -p tcp -j DROP
-A FORWARD -p tcp -m multiport --dports 80,443 -j web
-A FORWARD -m limit --limit 5/sec -j LOG
-A FORWARD -m limit --limit 5/sec -j DROP
-A FORWARD -p tcp -m tcp --dport 443 -m comment --comment "the shop" -j ACCEPT
-A FORWARD -j DROP
-A web -d 10.2.0.51/32 -j DROP
-A web -m set --match-set nobody src -j DROP
COMMIT
'''
ipset = '''
create nobody hash:ip family inet hashsize 1024 maxelem 65536
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "srv"
addresses = ["10.2.0.1/24"]
"""


Place = tuple[str, int | None]


def steps(network: CompiledNetwork, port: int = 443, is_explained: bool = True) -> list[Step]:
    """Of rules and policies, on the likeliest way."""
    flow = Flow(ip_address("10.1.0.50"), ip_address("10.2.0.50"), 6, 40000, port)
    found = trace(network, flow, is_explained=is_explained).branches[0].hops[0].steps
    return [step for step in found if step.kind in (StepKind.RULE, StepKind.CHAIN_POLICY)]


def shown(tried: tuple[Tried, ...] | None) -> list[str]:
    assert tried is not None
    return [f"{each.chain} {each.number}: {each.reason}" for each in tried]


def test_each_step_has_what_was_tried_before_it_and_why_it_did_not_match() -> None:
    found = {f"{step.table} {step.chain} {step.number}": shown(step.tried) for step in steps(compiled(GATEWAY))}
    assert found == {
        "mangle PREROUTING 2": ["PREROUTING 1: -s 10.9.0.0/16: source is 10.1.0.50"],
        "mangle PREROUTING None": ["PREROUTING 3: ! --mark 0x1: mark is 0x1"],
        "filter FORWARD 3": [
            "FORWARD 1: --ctstate RELATED,ESTABLISHED: it is NEW",
            "FORWARD 2: ! -i lan: came in on lan",
        ],
        "filter FORWARD 6": [
            "web 1: -d 10.2.0.51/32: destination is 10.2.0.50",
            "web 2: --match-set nobody src: 10.1.0.50 is not in it",
            "FORWARD 4: depends on limit: 5/sec, but changes nothing",
            "FORWARD 5: depends on limit: 5/sec: taken not to match",
        ],
    }


def test_who_does_not_ask_is_told_nothing() -> None:
    assert {step.tried for step in steps(compiled(GATEWAY), is_explained=False)} == {None}


def test_before_a_rule_that_nobody_can_evaluate_too() -> None:
    text = "-A FORWARD -p udp -j ACCEPT\n-A FORWARD -m unheard -j DROP\n"
    network = compiled(GATEWAY.replace(":web -\n", f":web -\n{text}"))
    last = steps(network)[-1]
    assert (last.number, last.outcome) == (2, "unknown")
    assert shown(last.tried) == ["FORWARD 1: -p udp: protocol is tcp"]


def test_to_be_told_changes_nothing() -> None:
    """A match may set a label of the connection (xt_connlabel.c); to ask it once more must not."""
    sets = "-A PREROUTING -m connlabel --label 1 --set -p tcp -m tcp --dport 22 -j ACCEPT\n"
    asks = "-A FORWARD -m connlabel --label 1 -j DROP\n"
    text = GATEWAY.replace(":PREROUTING ACCEPT\n", f":PREROUTING ACCEPT\n{sets}").replace(":web -\n", f":web -\n{asks}")
    told, plain = (steps(compiled(text), is_explained=is_told) for is_told in (True, False))
    assert [structs.replace(step, tried=None) for step in told] == plain


@pytest.mark.parametrize("port", range(79, 89))
def test_matched_and_tried_are_all_that_is_asked_one_by_one(port: int) -> None:
    network = compile_network(scenario.load("chains").network)
    table = network.firewalls["gw"][4].tables["filter"]
    packet = meeting(f"tcp 10.1.0.50:40000 10.2.0.50:{port} iif=lan oif=srv flags=2 state=NEW")
    asked: list[Place] = []
    one_by_one(table, "FORWARD", packet, asked)
    assert [place for step in steps(network, port) for place in places(step)] == asked


def places(step: Step) -> list[Place]:
    own = [(step.chain or "", step.number)] if step.number is not None else []
    return [*((each.chain, each.number) for each in step.tried or ()), *own]


def one_by_one(table: CompiledTable, name: str, packet: Meeting, asked: list[Place]) -> bool:
    """Whether the packet's fate is decided there."""
    for compiled_rule in table.chains[name].rules:
        rule, act = compiled_rule.rule, compiled_rule.act
        asked.append((name, rule.number))
        if every(compile_match(match, rule, compiled_rule.scope)(packet) for match in rule.matches) is not True:
            continue
        if act.kind is Kind.RETURN:
            return False
        if act.kind is Kind.GOTO:
            return one_by_one(table, act.chain, packet, asked)
        if act.kind is not Kind.GO_ON and (act.kind is not Kind.JUMP or one_by_one(table, act.chain, packet, asked)):
            return True
    return False
