import pytest
from msgspec import structs

from backend.sim.reverse import reverse_path
from backend.sim.router import CompiledRouter
from backend.sim.sysctl import Switches
from tests.sim.build import packet, router

INTERFACES = """
[[router.interface]]
name = "a"
addresses = ["10.0.1.1/24"]
[[router.interface]]
name = "b"
addresses = ["10.0.2.1/24"]
[[router.interface]]
name = "bare"
"""


def with_filter(mode: int, interface: str = "b", more: str = "") -> CompiledRouter:
    return router(f"""
routes = ["10.9.0.0/16 via 10.0.1.2 dev a", "blackhole 10.66.0.0/16"]
sysctls = {{ "net/ipv4/conf/{interface}/rp_filter" = "{mode}"{more} }}
{INTERFACES}""")


@pytest.mark.parametrize(
    ("mode", "source", "iif", "passes"),
    [
        (0, "10.9.0.1", "b", True),
        (1, "10.9.0.1", "b", False),
        (1, "10.0.2.9", "b", True),
        (2, "10.9.0.1", "b", True),
        (1, "192.0.2.1", "b", False),
        (2, "192.0.2.1", "b", False),
        (2, "10.66.0.1", "b", False),
        (0, "192.0.2.1", "b", True),
        (0, "10.0.1.1", "b", False),
        (1, "10.0.1.1", "b", False),
        (2, "10.9.0.1", "bare", False),
    ],
)
def test_the_modes(mode: int, source: str, iif: str, passes: bool) -> None:
    found = reverse_path(with_filter(mode, iif), packet(source, "10.0.1.77"), iif, "a")
    assert (found.reason == "") is passes, found.reason


def test_the_stricter_of_all_and_the_interface_holds() -> None:
    assert reverse_path(with_filter(1, "all"), packet("10.9.0.1", "10.0.1.77"), "b", "a").reason


def test_a_source_of_the_routers_own_passes_where_accept_local_is_on() -> None:
    accepting = with_filter(0, "b", ', "net/ipv4/conf/b/accept_local" = "1"')
    assert reverse_path(accepting, packet("10.0.1.1", "10.0.1.77"), "b", "a").reason == ""


def test_what_the_facts_do_not_say_is_a_condition_where_it_matters() -> None:
    silent = with_filter(0)
    unsaid = structs.replace(silent, switches=dict.fromkeys(silent.switches, Switches()))

    assert "rp_filter" in reverse_path(unsaid, packet("10.9.0.1", "10.0.1.77"), "b", "a").conditions[0]
    assert reverse_path(unsaid, packet("10.0.2.9", "10.0.1.77"), "b", "a").conditions == ()


def test_the_way_back_may_lead_over_an_interface_without_carrier() -> None:
    switches = ', "net/ipv4/conf/b/ignore_routes_with_linkdown" = "1"'
    cut = router(f"""
routes = ["10.9.0.0/16 via 10.0.2.2 dev b", "10.9.0.0/16 via 10.0.1.2 dev a metric 9"]
sysctls = {{ "net/ipv4/conf/b/rp_filter" = "1"{switches} }}
{INTERFACES.replace('"b"', '"b"' + chr(10) + "carrier = false")}""")
    assert reverse_path(cut, packet("10.9.0.1", "10.0.1.77"), "b", "a").reason == ""


def test_dead_next_hops_count_as_a_way_back() -> None:
    plain = router(f"""
routes = ["10.9.0.0/16 nexthop via 10.0.1.2 dev a weight 1 nexthop via 10.0.2.2 dev b weight 1 dead"]
sysctls = {{ "net/ipv4/conf/b/rp_filter" = "1" }}
{INTERFACES}""")
    assert reverse_path(plain, packet("10.9.0.1", "10.0.1.77"), "b", "a").reason == ""


def test_switches_that_the_facts_do_not_tell_are_named_where_they_may_decide() -> None:
    strict = Switches(rp_filter=1)
    silent = structs.replace(with_filter(1), switches={"b": strict, "a": strict})
    assert reverse_path(silent, packet("10.0.1.1", "10.0.1.77"), "b", "a").conditions == (
        "accept_local of b is not in the facts and taken as 0",
    )
    assert reverse_path(silent, packet("10.9.0.1", "10.0.1.77", mark=1), "b", "a").conditions == (), "no rule asks"
    marking = router(f"""
rules = ["fwmark 1 lookup 100"]
{INTERFACES}""")
    marking = structs.replace(marking, switches={"b": strict, "a": strict})
    assert reverse_path(marking, packet("10.0.2.9", "10.0.1.77", mark=1), "b", "a").conditions == (
        "src_valid_mark of b is not in the facts and taken as 0",
    )


def test_a_packet_that_leaves_as_it_came_is_looked_at_more_closely() -> None:
    plain = with_filter(0)
    assert "broadcast" in reverse_path(plain, packet("10.0.1.255", "10.0.2.9"), "b", "b").reason
    assert reverse_path(plain, packet("10.0.1.255", "10.0.1.9"), "b", "a").reason == ""


def test_with_rules_of_ones_own_too_unless_own_addresses_are_accepted() -> None:
    ruled = router(f"""
rules = ["from 192.0.2.0/24 lookup main"]
sysctls = {{ "net/ipv4/conf/b/accept_local" = "0", "net/ipv4/conf/a/accept_local" = "1" }}
{INTERFACES}""")
    assert "broadcast" in reverse_path(ruled, packet("10.0.1.255", "10.0.1.9"), "b", "a").reason
    assert reverse_path(ruled, packet("10.0.2.255", "10.0.2.9"), "a", "b").reason == ""


def test_the_mark_counts_only_where_it_is_said_to() -> None:
    def passes(valid: int) -> bool:
        marking = router(f"""
routes = ["10.9.0.0/16 via 10.0.2.2 dev b table 100", "10.9.0.0/16 via 10.0.1.2 dev a"]
rules = ["fwmark 1 lookup 100 priority 5"]
sysctls = {{ "net/ipv4/conf/b/rp_filter" = "1", "net/ipv4/conf/b/src_valid_mark" = "{valid}" }}
{INTERFACES}""")
        return not reverse_path(marking, packet("10.9.0.1", "10.0.1.77", mark=1), "b", "a").reason

    assert (passes(0), passes(1)) == (False, True)
