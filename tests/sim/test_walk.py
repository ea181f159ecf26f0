from ipaddress import ip_address

from backend.model.flow import Flow
from backend.model.trace import Trace
from backend.sim import CompiledNetwork, trace
from backend.sim.walk import MAX_BRANCHES
from tests.sim.build import compiled


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
