import pytest

from backend.model.address import parse_prefix
from backend.model.network import Router
from backend.model.route import Route, RoutingTable
from tests.sim.netfilter.match.asking import said


def router(text: str) -> Router:
    return Router("r", tables=(RoutingTable(4, 254, "main", (Route(parse_prefix("10.0.0.0/8"), text=text),)),))


PLAIN, REALMS = router("10.0.0.0/8 dev a"), router("10.0.0.0/8 dev a realm 5")


@pytest.mark.parametrize(
    ("match", "with_routes", "expected"),
    [
        ("realm --realm 5", REALMS, "realm: 5"),
        ("realm ! --realm 5", REALMS, "realm: not 5"),
        ("realm --realm 5", PLAIN, False),
        ("realm ! --realm 0x5/0xf", PLAIN, True),
        ("realm --realm 0", PLAIN, True),
        ("realm --realm cosmos", PLAIN, True),
        ("realm --realm stars", PLAIN, "? realm: stars (names of realms are not in the facts)"),
    ],
)
def test_realms(match: str, with_routes: Router, expected: bool | str) -> None:
    assert said(f"-m {match}", "tcp", router=with_routes) == expected


def test_policies_are_not_in_the_facts() -> None:
    text = "-m policy --dir in --pol ipsec --strict --proto esp --mode tunnel --tunnel-src 10.0.0.1/32"
    assert said(text, "tcp") == (
        "policy: dir in, pol ipsec, strict, proto esp, mode tunnel, tunnel-src 10.0.0.1/32; "
        "IPsec policies are not in the facts"
    )
