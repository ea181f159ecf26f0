from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.routes import parse_route, read_routes
from backend.model.address import Family
from backend.model.route import NextHop, Route, RouteKind
from tests.facts.compare import read_route, told_route
from tests.facts.sample import configured, parsed, read

TABLES = names.TABLES | {"isp2": 102}


def routes(text: str, family: Family = 4) -> list[Route]:
    found, diagnostics = read(read_routes, text, family, 254, TABLES)
    assert diagnostics == []
    return list(found)


def route(text: str, family: Family = 4) -> Route:
    (found,) = routes(text, family)
    return found


def hop(dev: str | None, via: str | None = None, weight: int = 1, *flags: str) -> NextHop:
    return NextHop(dev, ip_address(via) if via else None, weight, flags)


def test_a_default_route() -> None:
    found = route("default via 10.2.1.1 dev eth0 proto static src 10.2.1.2 metric 100 ")
    assert (found.prefix, found.kind, found.table) == (ip_network("0.0.0.0/0"), RouteKind.UNICAST, 254)
    assert found.next_hops == (hop("eth0", "10.2.1.1"),)
    assert (found.protocol, found.scope, found.metric) == ("static", "global", 100)
    assert (found.src, found.line, found.section) == (ip_address("10.2.1.2"), 1, "section")
    assert found.text == "default via 10.2.1.1 dev eth0 proto static src 10.2.1.2 metric 100"


def test_a_multipath_route_on_one_line_and_on_several_is_the_same() -> None:
    head, *hops = (
        "10.9.0.0/16 metric 5 ",
        "nexthop via 10.1.9.2 dev eth1 weight 1 ",
        "nexthop dev ppp0 weight 3 linkdown ",
    )
    several = "\n\t".join((head, *hops)) + "\n"
    one = "\\\t".join((head, *hops))
    first, second = routes(several + one + "\n" + several)[:2]
    assert first.next_hops == (hop("eth1", "10.1.9.2"), hop("ppp0", None, 3, "linkdown"))
    assert second.next_hops == first.next_hops
    assert second.text == first.text
    assert (first.line, second.line) == (1, 4)


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit", "throw"])
def test_routes_that_lead_nowhere(kind: str) -> None:
    found = route(f"{kind} 10.66.0.0/16 metric 5")
    assert (found.kind.value, found.next_hops, found.metric) == (kind, (), 5)
    found = route(f"{kind} default dev lo metric 4294967295 error -101 pref medium", 6)
    assert (found.kind.value, found.next_hops, found.metric) == (kind, (hop("lo"),), 4294967295)


@pytest.mark.parametrize("kind", ["local", "broadcast", "multicast", "anycast"])
def test_routes_of_the_local_table(kind: str) -> None:
    found = route(f"{kind} 10.1.1.1 dev eth0 table local proto kernel scope host src 10.1.1.1")
    assert (found.kind.value, found.table, found.scope, found.protocol) == (kind, 255, "host", "kernel")


@pytest.mark.parametrize(
    "words",
    [
        "features ecn tcp_usec_ts",
        "mtu 1400", "mtu lock 1400", "advmss lock 1300", "rto_min lock 100ms", "congctl lock cubic", "features ecn",
        "realm 5", "realms 3/4", "expires 86388sec", "error -101", "error 4294967295",
        "pref medium", "nhid 20", "uid 0",
        "hoplimit 64", "quickack 1", "fastopen_no_cookie 1", "ttl-propagate disabled", "initcwnd 10 initrwnd 20",
    ],
)  # fmt: skip
def test_words_that_decide_nothing_stay_in_the_text(words: str) -> None:
    found = route(f"10.0.0.0/8 via 10.1.1.1 dev eth0 {words} metric 7")
    assert (found.next_hops, found.metric) == ((hop("eth0", "10.1.1.1"),), 7)
    assert words in found.text


@pytest.mark.parametrize(
    "words",
    ["mpls 100/200", "ip id 5 src 10.1.1.1 dst 10.9.9.9 ttl 3 tos 4", "seg6 mode encap segs 2 [ fc00::1 fc00::2 ]"],
)
def test_what_a_packet_is_wrapped_in_is_no_part_of_the_next_hop(words: str) -> None:
    found = route(f"10.0.0.0/8  encap {words} via 10.1.1.1 dev eth0")
    assert (found.next_hops, found.src, found.tos) == ((hop("eth0", "10.1.1.1"),), None, 0)


def test_names_and_numbers_of_tables_protocols_scopes_and_tos() -> None:
    found = route("10.0.0.0/8 tos CS1 via 10.1.1.1 dev eth0 table isp2 proto 186 scope 200 onlink dead linkdown")
    assert (found.tos, found.table, found.protocol, found.scope) == (0x20, 102, "bgp", "site")
    assert found.next_hops[0].flags == ("onlink", "dead", "linkdown")
    assert route("10.0.0.0/8 tos 0x10 dev eth0 table 0x10").table == 16


def test_a_next_hop_of_the_other_family() -> None:
    assert route("10.0.0.0/8 via inet6 fe80::1 dev eth0").next_hops == (hop("eth0", "fe80::1"),)


def test_a_source_specific_route() -> None:
    found = route("2001:db8:28::/48 from 2001:db8:1::/64 via fe80::1 dev eth0 metric 1024 pref medium", 6)
    assert found.from_prefix == ip_network("2001:db8:1::/64")
    assert route("::/0 from all dev eth0 metric 1", 6).from_prefix is None


def test_what_is_not_understood_is_told_and_the_rest_counts() -> None:
    text = (
        "default via 10.2.1.1 dev eth0\n"
        "Error: ipv4: FIB table does not exist.\nDump terminated\n"
        "10.0.0.0/8 dev eth0 warp 9\n10.0.0.1/8 dev eth0\n10.3.0.0/16 via\n"
        "10.4.0.0/16 proto static\n10.5.0.0/16 via 2001:db8::1\n"
    )
    found, diagnostics = read(read_routes, text, 4, 254, TABLES)
    assert [str(item.prefix) for item in found] == ["0.0.0.0/0", "10.0.0.0/8"]
    assert diagnostics == [
        "r1_facts.txt:section:2: expected routes, the command failed: 'Error: ipv4: FIB table does not exist.'",
        "r1_facts.txt:section:3: expected routes, the command failed: 'Dump terminated'",
        "r1_facts.txt:section:4: expected words of ip route, not 'warp 9' '10.0.0.0/8 dev eth0 warp 9'",
        "r1_facts.txt:section:5: expected an IPv4 prefix, not '10.0.0.1/8' '10.0.0.1/8 dev eth0'",
        "r1_facts.txt:section:6: expected an address behind via at the end of the line '10.3.0.0/16 via'",
        "r1_facts.txt:section:7: expected via, dev or nexthop in a route '10.4.0.0/16 proto static'",
        "r1_facts.txt:section:8: expected an IPv4 address, not '2001:db8::1' '10.5.0.0/16 via 2001:db8::1'",
    ]


@pytest.mark.parametrize(
    ("arguments", "family", "scope", "metric"),
    [
        ("default via 203.0.113.1 dev eth0", 4, "global", 0),
        ("10.0.0.0/8 dev eth0", 4, "link", 0),
        ("10.0.0.0/8 nexthop dev eth0 nexthop dev eth1", 4, "global", 0),
        ("blackhole 10.66.0.0/16", 4, "global", 0),
        ("local 10.0.0.1 dev lo table local", 4, "host", 0),
        ("broadcast 10.0.0.255 dev eth0 table local", 4, "link", 0),
        ("10.0.0.0/8 dev eth0 scope 150 metric 0x10", 4, "150", 16),
        ("2001:db8::/48 dev eth0", 6, "global", 1024),
        ("2001:db8::/48 dev eth0 metric 5", 6, "global", 5),
    ],
)
def test_arguments_of_ip_route_add_get_what_the_kernel_fills_in(
    arguments: str, family: Family, scope: str, metric: int
) -> None:
    found = parse_route(arguments, family)
    assert (found.scope, found.metric, found.protocol) == (scope, metric, "boot")


def test_arguments_that_make_no_route_are_refused() -> None:
    with pytest.raises(LineError, match="expected a table, not 'isp9'"):
        parse_route("10.0.0.0/8 via 10.1.1.1 table isp9", 4, TABLES)
    with pytest.raises(LineError, match="not 'warp'"):
        parse_route("10.0.0.0/8 via 10.1.1.1 warp", 4)


WORDS = st.sampled_from(
    "default via dev nexthop weight src from table proto scope metric mtu encap tos 10.0.0.1 ::1 x 5 \\".split(" ")  # noqa: SIM905
)


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
def test_any_line_is_a_route_or_a_diagnostic(text: str) -> None:
    found, diagnostics = read(read_routes, text, 4, 254, TABLES)
    # A line that begins with "nexthop" and blanks belongs to the one before it.
    said = [line for line in text.split("\n") if line.strip()]
    assert len(found) + len(diagnostics) >= min(1, len(said))


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("family", [4, 6])
def test_real_routes_are_read_as_iproute2_says_in_json(family: Family) -> None:
    for table, number in (("main", 254), ("local", 255), ("100", 100), ("all", 254)):
        show = f"-{family} {{}} route show table {table}"
        printed = configured(*(f"ip {show.format(option)}" for option in ("", "-o", "-N", "-j")))
        told = parsed(printed[3])
        assert told
        for text in printed[:3]:
            found, diagnostics = read(read_routes, text, family, number, TABLES)
            assert diagnostics == []
            assert [told_route(item, number) for item in told] == [read_route(item) for item in found]
