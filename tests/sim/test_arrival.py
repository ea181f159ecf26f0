import pytest

from backend.model.trace import Step
from backend.model.verdict import Verdict
from backend.sim.arrival import Fate, arrive, send
from tests.sim.build import packet, router

ROUTER = router("""
routes = ["10.9.0.0/16 via 10.0.0.2 dev eth0", "2001:db8:9::/48 via 2001:db8::2", "unreachable 10.8.0.0/16"]
sysctls = { "net/ipv4/conf/mute/forwarding" = "0" }
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "mute"
addresses = ["10.0.9.1/24"]
""")


def fate(source: str, destination: str, iif: str = "eth0", ttl: int = 64) -> Fate:
    return arrive(ROUTER, packet(source, destination, ttl=ttl), iif, [])


@pytest.mark.parametrize(
    ("source", "destination", "iif", "verdict"),
    [
        ("10.0.0.9", "10.9.1.1", "eth0", Verdict.ACCEPTED),
        ("10.0.0.9", "10.0.9.1", "eth0", Verdict.ACCEPTED),
        ("10.0.0.9", "10.8.1.1", "eth0", Verdict.UNREACHABLE),
        ("10.0.0.9", "10.7.1.1", "eth0", Verdict.NO_ROUTE),
        ("10.0.9.9", "10.9.1.1", "mute", Verdict.FORWARDING_OFF),
        ("10.0.9.9", "10.0.9.1", "mute", Verdict.ACCEPTED),
        ("10.0.0.9", "10.0.0.255", "eth0", Verdict.UNREACHABLE),
        ("10.0.0.9", "127.0.0.1", "eth0", Verdict.UNREACHABLE),
        ("127.0.0.1", "10.9.1.1", "eth0", Verdict.UNREACHABLE),
        ("224.0.0.1", "10.9.1.1", "eth0", Verdict.UNREACHABLE),
        ("2001:db8::9", "2001:db8:9::1", "eth0", Verdict.ACCEPTED),
        ("fe80::9", "2001:db8:9::1", "eth0", Verdict.UNREACHABLE),
    ],
)
def test_verdicts(source: str, destination: str, iif: str, verdict: Verdict) -> None:
    assert fate(source, destination, iif).verdict is verdict


def test_the_time_to_live_counts_where_the_packet_goes_on() -> None:
    assert fate("10.0.0.9", "10.9.1.1", ttl=1).verdict is Verdict.TTL_EXCEEDED
    assert fate("10.0.0.9", "10.0.9.1", ttl=1).verdict is Verdict.ACCEPTED
    assert fate("2001:db8::9", "2001:db8:9::1", ttl=1).verdict is Verdict.TTL_EXCEEDED


def test_what_a_router_sends_itself_needs_neither_forwarding_nor_time_to_live() -> None:
    sent = send(ROUTER, packet("10.0.9.1", "10.9.1.1", ttl=1), [])
    assert [hop.dev for hop in sent.next_hops] == ["eth0"]
    assert send(ROUTER, packet("10.0.0.1", "10.0.9.1"), []).verdict is Verdict.ACCEPTED
    assert send(ROUTER, packet("10.0.0.1", "10.8.9.1"), []).verdict is Verdict.UNREACHABLE


def test_a_router_of_another_make_forwards_whatever_its_switches_would_say() -> None:
    other = router("""
kind = "other"
forwarding = false
routes = ["10.9.0.0/16 via 10.0.0.2 dev eth0"]
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
""")
    steps: list[Step] = []
    assert arrive(other, packet("192.0.2.1", "10.9.1.1"), "eth0", steps).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("destination", ["224.0.0.5", "255.255.255.255"])
def test_what_is_for_many_is_not_routed_by_tables(destination: str) -> None:
    default = router("""
routes = ["default via 10.0.0.2"]
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
""")
    assert arrive(default, packet("10.0.0.9", destination), "eth0", []).verdict is Verdict.UNREACHABLE
    assert send(default, packet("10.0.0.1", destination), []).verdict is Verdict.UNKNOWN
    assert arrive(default, packet("10.0.0.9", "240.0.0.1"), "eth0", []).verdict is Verdict.ACCEPTED


LINKS = """
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
[[router.interface]]
name = "left"
addresses = ["10.0.1.1/24"]
[[router.interface]]
name = "right"
addresses = ["10.0.2.1/24"]
"""


def test_of_several_ways_only_those_are_lost_whose_reverse_path_fails() -> None:
    def dropped(rules: str) -> tuple[Verdict, list[str | None]]:
        spread = router(f"""
routes = ["10.9.0.0/16 nexthop via 10.0.1.2 dev left weight 1 nexthop via 10.0.2.2 dev right weight 1"]
rules = {rules}
sysctls = {{ "net/ipv4/conf/eth0/rp_filter" = "1" }}
{LINKS}""")
        found = arrive(spread, packet("10.0.0.9", "10.9.1.1"), "eth0", [])
        return found.verdict, list(found.dropped)

    assert dropped('["iif left to 10.0.0.0/24 prohibit"]') == (Verdict.ACCEPTED, ["left"])
    assert dropped('["iif right to 10.0.0.0/24 prohibit"]') == (Verdict.ACCEPTED, ["right"])
    assert dropped('["iif left to 10.0.0.0/24 prohibit", "iif right to 10.0.0.0/24 prohibit"]')[0] is Verdict.RPFILTER


def test_a_broadcast_is_neither_forwarded_nor_answered_from_its_own_address() -> None:
    ruled = router(f"""
forwarding = false
rules = ["from 10.0.0.255 prohibit"]
sysctls = {{ "net/ipv4/conf/eth0/rp_filter" = "1" }}
{LINKS}""")
    found = arrive(ruled, packet("10.0.0.9", "10.0.0.255"), "eth0", [])
    assert (found.verdict, found.reason) == (Verdict.UNREACHABLE, "r does not forward to a broadcast address")
