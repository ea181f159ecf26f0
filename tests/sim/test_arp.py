import pytest
from msgspec import structs

from backend.model.network import Attachment
from backend.sim.arp import Hearing, answering, asking, doubt, hear
from backend.sim.network import CompiledNetwork
from backend.sim.router import CompiledRouter
from backend.sim.sysctl import Switches
from tests.sim.build import compiled, packet, router

INTERFACES = """
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24", "10.0.0.9/24", "10.0.7.1/24"]
[[router.interface]]
name = "inner"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "bare"
"""


def with_switches(**values: str) -> CompiledRouter:
    said = ", ".join(f'"net/ipv4/conf/eth0/{key}" = "{value}"' for key, value in values.items())
    return router(f"""
routes = ["10.9.0.0/16 via 10.1.0.2", "local 10.5.0.0/16 dev lo", "blackhole 10.66.0.0/16", "10.8.0.0/16 dev eth0"]
sysctls = {{ {said} }}
{INTERFACES}""")


def number(text: str) -> int:
    return packet("0.0.0.0", text).destination


def heard(target: str, asker: str = "10.0.0.77", interface: str = "eth0", **switches: str) -> Hearing:
    return hear(with_switches(**switches), interface, number(target), number(asker))[0]


@pytest.mark.parametrize(
    ("target", "asker", "expected"),
    [
        ("10.0.0.5", "10.0.0.77", "10.0.0.1"),
        ("10.0.7.5", "10.0.0.77", "10.0.7.1"),
        ("192.0.2.1", "10.0.0.77", "10.0.0.1"),
    ],
)
def test_who_asks_uses_an_address_beside_the_one_asked_for(target: str, asker: str, expected: str) -> None:
    assert asking(with_switches(), "eth0", number(target)) == number(expected)


def test_without_an_address_there_another_one_is_used() -> None:
    assert asking(with_switches(), "bare", number("10.0.0.5")) == number("10.0.0.1")


@pytest.mark.parametrize(
    ("mode", "target", "asker", "answers"),
    [
        ("0", "10.0.0.1", "10.0.0.77", True),
        ("0", "10.1.0.1", "10.0.0.77", True),
        ("0", "10.5.1.1", "10.0.0.77", True),
        ("0", "10.0.0.5", "10.0.0.77", False),
        ("1", "10.0.0.1", "10.0.0.77", True),
        ("1", "10.1.0.1", "10.0.0.77", False),
        ("1", "10.0.0.9", "192.0.2.1", True),
        ("2", "10.0.0.1", "10.0.0.77", True),
        ("2", "10.0.0.1", "10.0.7.77", False),
        ("3", "10.1.0.1", "10.0.0.77", True),
        ("3", "10.5.1.1", "10.0.0.77", False),
        ("5", "10.1.0.1", "10.0.0.77", True),
        ("8", "10.0.0.1", "10.0.0.77", False),
    ],
)
def test_arp_ignore(mode: str, target: str, asker: str, answers: bool) -> None:
    assert (heard(target, asker, arp_ignore=mode) is Hearing.ANSWERS) is answers


def test_a_request_passes_the_reverse_path_filter_like_any_packet() -> None:
    assert heard("10.0.0.1", "10.9.0.1") is Hearing.ANSWERS
    assert heard("10.0.0.1", "10.9.0.1", rp_filter="1") is Hearing.SILENT
    assert heard("10.0.0.1", "192.0.2.1", rp_filter="2") is Hearing.SILENT
    assert heard("10.0.0.1", "10.0.0.77", rp_filter="1") is Hearing.ANSWERS


def test_where_packet_and_request_are_dropped_the_packet_tells_more() -> None:
    strict = with_switches(rp_filter="1")
    what = packet("10.9.0.1", "10.1.0.77")
    assert hear(strict, "eth0", number("10.0.0.1"), what.source, what)[0] is Hearing.ANSWERS


def test_a_rule_may_drop_the_request_and_not_the_packet() -> None:
    ruled = router(f"""
sysctls = {{ "net/ipv4/conf/eth0/rp_filter" = "1" }}
rules = ["iif lo prohibit priority 100"]
{INTERFACES}""")
    what = packet("10.0.0.77", "10.1.0.77")
    assert hear(ruled, "eth0", number("10.0.0.1"), what.source, what)[0] is Hearing.SILENT


@pytest.mark.parametrize(
    ("target", "switches", "expected"),
    [
        ("10.9.1.1", {"proxy_arp": "1"}, Hearing.STANDS_IN),
        ("10.9.1.1", {}, Hearing.SILENT),
        ("10.9.1.1", {"proxy_arp": "1", "forwarding": "0"}, Hearing.SILENT),
        ("10.8.1.1", {"proxy_arp": "1"}, Hearing.SILENT),
        ("10.66.1.1", {"proxy_arp": "1"}, Hearing.SILENT),
        ("192.0.2.1", {"proxy_arp": "1"}, Hearing.SILENT),
    ],
)
def test_a_proxy_answers_for_what_it_forwards_elsewhere(
    target: str, switches: dict[str, str], expected: Hearing
) -> None:
    assert heard(target, **switches) is expected


def test_whoever_asks_without_an_address_is_answered_for_own_ones_only() -> None:
    assert heard("10.0.0.1", "0.0.0.0") is Hearing.ANSWERS
    assert heard("10.9.0.1", "0.0.0.0", proxy_arp="1") is Hearing.SILENT


TWINS = """
[[router]]
name = "gw"
[[router.interface]]
name = "lan"
addresses = ["10.0.0.1/24"]
[[router]]
name = "twin"
SYSCTLS
[[router.interface]]
name = "a"
addresses = ["10.0.0.2/24"]
[[router.interface]]
name = "b"
addresses = ["10.0.0.3/24"]
"""


def asked(network: CompiledNetwork, target: str) -> tuple[Attachment, ...]:
    members = [each for each in network.segment_of[Attachment("gw", "lan")].members if each.router != "gw"]
    return answering(members, network.routers, number(target), number("10.0.0.1"))[0]


def test_a_router_with_two_interfaces_on_a_segment_answers_on_both() -> None:
    assert len(asked(compiled(TWINS.replace("SYSCTLS", "")), "10.0.0.3")) == 2


def test_with_a_strict_filter_it_answers_only_where_its_own_route_leaves() -> None:
    strict = 'sysctls = { "net/ipv4/conf/all/rp_filter" = "1" }'
    assert asked(compiled(TWINS.replace("SYSCTLS", strict)), "10.0.0.3") == (Attachment("twin", "a"),)


def test_another_make_answers_for_the_address_of_the_interface_alone() -> None:
    network = compiled(TWINS.replace("SYSCTLS", 'kind = "other"'))
    assert asked(network, "10.0.0.3") == (Attachment("twin", "b"),)


def test_that_the_facts_do_not_tell_arp_ignore_is_a_doubt_where_it_matters() -> None:
    plain = with_switches()
    silent = structs.replace(plain, switches=dict.fromkeys(plain.switches, Switches()))
    assert doubt(silent, "eth0", number("10.1.0.1")) == ("arp_ignore of r eth0 is not in the facts and taken as 0",)
    assert doubt(silent, "eth0", number("10.0.0.1")) == ()
    assert doubt(plain, "eth0", number("10.1.0.1")) == ()


def test_a_peer_is_asked_by_the_address_that_has_it() -> None:
    both = router("""
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24", "10.7.0.1 peer 10.8.0.2/32"]
""")
    assert asking(both, "eth0", number("10.8.0.2")) == number("10.7.0.1")


def test_a_proxy_counts_only_where_nobody_else_answers() -> None:
    text = (
        TWINS.replace("SYSCTLS", "")
        + """
[[router]]
name = "proxy"
sysctls = { "net/ipv4/conf/all/proxy_arp" = "1" }
routes = ["10.0.0.2/31 via 10.7.0.2", "10.0.0.77/32 via 10.7.0.2"]
[[router.interface]]
name = "lan"
addresses = ["10.0.0.4/24"]
[[router.interface]]
name = "away"
addresses = ["10.7.0.1/24"]
"""
    )
    assert {each.router for each in asked(compiled(text), "10.0.0.3")} == {"twin"}
    assert asked(compiled(text), "10.0.0.77") == (Attachment("proxy", "lan"),)
