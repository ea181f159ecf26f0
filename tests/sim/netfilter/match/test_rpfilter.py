import pytest

from backend.sim.router import CompiledRouter
from tests.sim.build import router
from tests.sim.netfilter.match.asking import meeting, said

INTERFACES = """
[[router.interface]]
name = "a"
addresses = ["10.0.1.1/24", "2001:db8:1::1/64"]
[[router.interface]]
name = "b"
addresses = ["10.0.2.1/24", "2001:db8:2::1/64"]
"""
ROUTES = """routes = [
    "10.9.0.0/16 via 10.0.1.2 dev a", "blackhole 10.66.0.0/16",
    "10.8.0.0/16 nexthop via 10.0.1.2 dev a nexthop via 10.0.2.2 dev b",
    "2001:db8:9::/48 via 2001:db8:1::2 dev a", "unreachable 2001:db8:66::/48",
    "2001:db8:8::/48 via 2001:db8:1::2 dev a metric 10", "2001:db8:8::/48 via 2001:db8:2::2 dev b metric 20",
]
"""
ROUTER = router(ROUTES + INTERFACES)


def passes(options: str, source: str, iif: str, built: CompiledRouter = ROUTER, more: str = "") -> bool | str:
    is6 = ":" in source
    ends = f"[{source}] [2001:db8:2::9]" if is6 else f"{source} 10.0.2.9"
    return said(f"-m rpfilter {options}", meeting(f"tcp {ends} iif={iif} hook=PREROUTING {more}", built))


@pytest.mark.parametrize(
    ("options", "source", "iif", "expected"),
    [
        ("", "10.9.0.1", "a", True),
        ("", "10.9.0.1", "b", False),
        ("--loose", "10.9.0.1", "b", True),
        ("--invert", "10.9.0.1", "b", True),
        ("--loose --invert", "10.9.0.1", "b", False),
        ("", "10.8.0.1", "b", True),
        ("", "192.0.2.1", "a", False),
        ("--loose", "192.0.2.1", "a", False),
        ("--loose", "10.66.0.1", "a", False),
        ("", "10.0.1.1", "a", False),
        ("--accept-local", "10.0.1.1", "a", True),
        ("--accept-local", "10.0.1.1", "b", False),
        ("--accept-local --loose", "10.0.1.1", "b", True),
        ("", "192.0.2.1", "lo", True),
        ("", "2001:db8:9::1", "a", True),
        ("", "2001:db8:9::1", "b", False),
        ("--invert", "2001:db8:9::1", "b", True),
        ("--loose", "2001:db8:9::1", "b", True),
        ("", "2001:db8:8::1", "a", True),
        ("", "2001:db8:8::1", "b", True),
        ("--loose", "2001:db8:66::1", "a", False),
        ("", "2001:db8:1::1", "a", False),
        ("--accept-local", "2001:db8:1::1", "a", True),
        ("", "::", "a", True),
        ("", "fe80::5", "b", True),
    ],
)
def test_the_way_back(options: str, source: str, iif: str, expected: bool) -> None:
    assert passes(options, source, iif) == expected


def test_dhcp_asks_without_an_address() -> None:
    ask = "udp 0.0.0.0:68 255.255.255.255:67 iif=a hook=PREROUTING"
    assert said("-m rpfilter", meeting(ask, ROUTER)) is True
    assert said("-m rpfilter", meeting(ask.replace("255.255.255.255", "10.0.2.9"), ROUTER)) is False


@pytest.mark.parametrize(("options", "expected"), [("", False), ("--validmark", True)])
def test_the_mark_counts_only_if_it_is_asked_for(options: str, expected: bool) -> None:
    rules = 'rules = ["fwmark 1 lookup 7 pref 100"]\n'
    more = ROUTES.replace("routes = [", 'routes = [ "10.9.0.0/16 via 10.0.2.2 dev b table 7",')
    assert passes(options, "10.9.0.1", "b", router(rules + more + INTERFACES), "mark=1") is expected


def test_ipv6_asks_with_the_traffic_class() -> None:
    built = router(f'rules = ["-6 tos 0x20 prohibit priority 9"]\n{ROUTES}{INTERFACES}')
    assert passes("", "2001:db8:9::1", "a", built) is True
    assert passes("", "2001:db8:9::1", "a", built, "tos=32") is False


def test_policy_rules_for_services_never_fit_the_way_back() -> None:
    rules = 'rules = ["ipproto tcp dport 80 lookup 7 pref 100"]\n'
    more = ROUTES.replace("routes = [", 'routes = [ "10.9.0.0/16 via 10.0.2.2 dev b table 7",')
    assert passes("", "10.9.0.1", "a", router(rules + more + INTERFACES)) is True


def test_options_that_are_not_known() -> None:
    assert passes("--warp", "10.9.0.1", "a") == "? rpfilter: warp (option --warp is not known)"
