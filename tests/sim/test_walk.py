from ipaddress import ip_address

from msgspec import structs

from backend.model.address import parse_address
from backend.model.flow import Flow, Service
from backend.model.trace import Trace
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, trace
from backend.sim.netfilter.firewall import CompiledFirewall
from backend.sim.place import begin
from backend.sim.walk import MAX_BRANCHES, walk
from backend.sim.way import Way
from tests.sim.build import compiled
from tests.sim.row import CLIENT, SERVER, Rules, asking, row


def asked(network: CompiledNetwork, source: str, destination: str) -> Trace:
    return trace(network, Flow(ip_address(source), ip_address(destination)))


def ladder(rungs: int) -> CompiledNetwork:
    """Routers in a row, each joined to the next by two links of equal weight: ways double at each."""
    text = ""
    for at in range(rungs):
        onward = f"nexthop via 10.0.{at}.2 dev a nexthop via 10.0.{at}.6 dev b"
        text += f'[[router]]\nname = "r{at}"\nroutes = ["10.9.0.0/16 {onward}"]\n'
        for name, own, far in (("a", 1, 2), ("b", 5, 6)):
            text += f'[[router.interface]]\nname = "{name}"\naddresses = ["10.0.{at}.{own}/30"]\n'
            if at:
                text += f'[[router.interface]]\nname = "{name}0"\naddresses = ["10.0.{at - 1}.{far}/30"]\n'
    text += f"""
[[router]]
name = "end"
[[router.interface]]
name = "a0"
addresses = ["10.0.{rungs - 1}.2/30"]
[[router.interface]]
name = "b0"
addresses = ["10.0.{rungs - 1}.6/30"]
[[router.interface]]
name = "lan"
addresses = ["10.9.1.1/24"]
"""
    return compiled(text)


def test_the_shares_of_all_branches_make_one() -> None:
    branches = asked(ladder(4), "10.0.0.1", "10.9.1.50").branches

    assert len(branches) == 16
    assert sum(branch.share for branch in branches) == 1.0
    assert len({tuple(hop.incoming for hop in branch.hops) for branch in branches}) == 16


def test_too_many_branches_are_not_followed_and_that_is_said() -> None:
    branches = asked(ladder(9), "10.0.0.1", "10.9.1.50").branches

    assert len(branches) <= MAX_BRANCHES + 1
    assert any("not followed" in condition for branch in branches for condition in branch.conditions)


def test_a_hop_shows_where_it_is_entered_and_left() -> None:
    (branch, *_) = asked(ladder(1), "10.0.0.1", "10.9.1.50").branches

    first, second, host = branch.hops
    assert (first.name, first.incoming, first.outgoing, str(first.address)) == ("r0", None, "a", "10.0.0.1")
    assert (second.name, second.incoming, second.outgoing, str(second.address)) == ("end", "a0", "lan", "10.0.0.2")
    assert (host.name, host.is_router, str(host.address)) == ("10.9.1.50", False, "10.9.1.50")


def walked(near: Rules | None = None, far: Rules | None = None, is_open: bool = False) -> list[Way]:
    network, packet = row(near, far), asking(Service("udp", 53))
    return walk(network, packet, begin(network, ip_address(CLIENT), packet, None), is_open=is_open)


def stopped(way: Way) -> list[str]:
    return [met.router for met in way.met if met.verdict is not Verdict.ACCEPTED]


DROP = {"filter": ":FORWARD DROP"}


def test_a_packet_goes_no_further_than_the_first_router_that_stops_it() -> None:
    (way,) = walked(DROP, DROP)
    assert way.branch.verdict is Verdict.DENIED_FORWARD
    assert [hop.name for hop in way.branch.hops] == ["near"]
    assert way.decision is not None
    assert way.decision.spoken == "near, filter FORWARD policy DROP"


def test_an_open_walk_finds_every_further_router_that_would_stop_it() -> None:
    (way,) = walked(DROP, DROP, is_open=True)
    assert way.branch.verdict is Verdict.ACCEPTED
    assert [hop.name for hop in way.branch.hops] == ["near", "far", "server"]
    assert stopped(way) == ["near", "far"]
    (way,) = walked(DROP, is_open=True)
    assert stopped(way) == ["near"]


def test_an_open_walk_goes_on_behind_what_nobody_knows() -> None:
    (way,) = walked({"filter": "-A FORWARD -m frobnicate -j DROP"}, DROP, is_open=True)
    assert [(met.router, met.verdict) for met in way.met] == [
        ("near", Verdict.UNKNOWN),
        ("far", Verdict.DENIED_FORWARD),
    ]


def test_both_outcomes_of_a_doubt_are_ways() -> None:
    ways = walked({"filter": "-A FORWARD -m limit --limit 5/sec -j DROP"})
    assert {way.branch.verdict: len(way.branch.hops) for way in ways} == {
        Verdict.ACCEPTED: 3,
        Verdict.DENIED_FORWARD: 1,
    }
    assert all("limit" in way.branch.conditions[0] for way in ways)


def test_the_end_of_a_way_through_unknown_rules_is_unknown() -> None:
    known = row()
    missing = CompiledFirewall({}, "iptables_save is not in the facts")
    network = structs.replace(known, firewalls={**known.firewalls, "near": {4: missing}})
    flow = Flow(ip_address(CLIENT), ip_address(SERVER), 17, source_port=40000, destination_port=53)
    (branch,) = trace(network, flow).branches
    assert branch.verdict is Verdict.UNKNOWN
    assert branch.reason == "the rules of near are not known: iptables_save is not in the facts"


def test_a_connection_is_known_where_its_packet_came_through() -> None:
    tracking = {"filter": "-A FORWARD -m conntrack --ctstate INVALID -j DROP"}
    (way,) = walked(tracking, tracking | {"mangle": ":FORWARD DROP"})
    assert set(way.connections) == {"near"}
    (way,) = walked(tracking, tracking)
    assert set(way.connections) == {"near", "far"}


def test_a_mark_stays_on_its_router() -> None:
    marking = {"mangle": "-A PREROUTING -j MARK --set-mark 7"}
    unmarked = {"filter": "-A FORWARD -m mark ! --mark 0 -j DROP"}
    (way,) = walked(marking | unmarked, unmarked)
    assert stopped(way) == ["near"]
    (way,) = walked(marking, unmarked)
    assert stopped(way) == []


def test_the_host_of_a_translated_destination_is_the_end() -> None:
    (way,) = walked({"nat": "-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.2.0.77:5353"})
    assert way.branch.hops[-1].name == "10.2.0.77"
    assert way.packet.destination_port == 5353


def test_rules_are_asked_where_the_flow_says_what_it_is() -> None:
    network = row(DROP)
    bare = Flow(ip_address(CLIENT), ip_address(SERVER))
    said = Flow(ip_address(CLIENT), ip_address(SERVER), 1)
    assert trace(network, bare).branches[0].verdict is Verdict.ACCEPTED
    assert trace(network, said).branches[0].verdict is Verdict.DENIED_FORWARD


def test_a_flow_to_a_port_comes_from_one_that_is_taken_and_its_rules_are_asked() -> None:
    flow = Flow(parse_address(CLIENT), parse_address(SERVER), 6, None, 443)
    found = trace(row(), flow)
    assert found.is_filtered
    assert "source port 40000" in [step.text for step in found.branches[0].hops[0].steps]
    assert not trace(row(), Flow(flow.source, flow.destination, 6)).is_filtered
