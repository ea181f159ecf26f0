from backend.model.address import parse_prefix
from backend.model.interface import Interface
from backend.model.network import Router
from backend.model.policy import PolicyRule, default_rules
from backend.model.route import NextHop, Route, RoutingTable
from backend.model.trace import Step
from backend.sim.lookup import Refusal, decide
from backend.sim.router import compile_router
from tests.sim.build import packet, router

INTERFACE = """
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
"""
ROUTER = router("""
tables = { side = 101 }
routes = [
  "default via 10.0.0.2 dev eth0",
  "10.7.0.0/16 via 10.0.0.3 dev eth0 table side",
  "throw 10.7.7.0/24 table side",
  "prohibit 10.8.0.0/16",
]
rules = ["to 10.7.0.0/16 lookup side priority 100", "ipproto udp dport 53 lookup side priority 200"]
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
""")


def told(destination: str) -> list[tuple[str, str]]:
    steps: list[Step] = []
    decide(ROUTER, packet("10.0.0.9", destination), "eth0", steps=steps)
    return [(step.kind.value, step.outcome) for step in steps]


def test_each_rule_that_was_asked_is_a_step() -> None:
    steps = told("10.7.1.1")

    assert steps == [
        ("policy_rule", "no route in table local"),
        ("policy_rule", "table side has a route"),
        ("route", "via 10.0.0.3 dev eth0"),
    ]


def test_what_is_thrown_back_goes_on_to_the_next_rule() -> None:
    steps = told("10.7.7.1")

    assert [outcome for _, outcome in steps] == [
        "no route in table local",
        "thrown back by table side: throw 10.7.7.0/24 table side",
        "table main has a route",
        "via 10.0.0.2 dev eth0",
    ]


def test_a_refusal_names_the_route() -> None:
    decision = decide(ROUTER, packet("10.0.0.9", "10.8.1.1"), "eth0")

    assert decision.refusal is Refusal.PROHIBIT
    assert "prohibit 10.8.0.0/16" in decision.reason


def test_no_route_says_which_tables_were_asked() -> None:
    lone = router(INTERFACE)
    assert decide(lone, packet("10.0.0.9", "192.0.2.1"), "eth0").reason == (
        "r has no route to 192.0.2.1 in the tables that its policy rules ask: local, main, default"
    )


def test_a_rule_by_port_is_a_condition_when_the_flow_names_none() -> None:
    assert decide(ROUTER, packet("10.0.0.9", "192.0.2.1", "udp/53"), "eth0").conditions == ()
    (condition,) = decide(ROUTER, packet("10.0.0.9", "192.0.2.1"), "eth0").conditions
    assert "dport 53" in condition


def test_steps_say_where_the_line_stands() -> None:
    steps: list[Step] = []
    decide(ROUTER, packet("10.0.0.9", "10.7.1.1"), "eth0", steps=steps)

    assert (steps[-1].table, steps[-1].text.split()[0]) == ("side", "10.7.0.0/16")


def test_a_vrf_has_its_own_table() -> None:
    red = Interface("red", flags=("NOARP", "MASTER", "UP", "LOWER_UP"))
    rules = (
        PolicyRule(family=4, priority=1000, is_l3mdev=True, text="1000: from all lookup [l3mdev-table]"),
        *default_rules(4),
    )
    routes = (Route(parse_prefix("10.9.0.0/16"), next_hops=(NextHop("eth1"),), table=10, text="10.9.0.0/16 dev eth1"),)
    vrf = compile_router(
        Router(
            "r",
            interfaces=(red, Interface("eth0", master="red"), Interface("eth1", master="red"), Interface("eth2")),
            tables=(RoutingTable(4, 10, "red", routes), RoutingTable(4, 254, "main"), RoutingTable(4, 255, "local")),
            policy_rules=rules,
            vrfs={"red": 10},
        )
    )

    assert decide(vrf, packet("10.0.0.9", "10.9.1.1"), "eth0").route == routes[0]
    assert decide(vrf, packet("10.0.0.9", "10.9.1.1"), "eth2").refusal is Refusal.NO_ROUTE


def test_routes_through_a_group_of_interfaces_are_suppressed() -> None:
    rule = PolicyRule(family=4, priority=5, table=254, suppress_ifgroup="5", text="5: lookup main suppress_ifgroup 5")
    routes = (Route(parse_prefix("10.9.0.0/16"), next_hops=(NextHop("eth0"),), text="10.9.0.0/16 dev eth0"),)

    def has_route(group: str) -> bool:
        interfaces = (Interface("eth0", group=group),)
        router = Router(
            "r", interfaces=interfaces, tables=(RoutingTable(4, 254, "main", routes),), policy_rules=(rule,)
        )
        return decide(compile_router(router), packet("10.0.0.9", "10.9.1.1"), "eth0").route is not None

    assert [has_route(group) for group in ("5", "6", "default")] == [False, True, True]


def test_a_route_that_refuses_is_not_suppressed() -> None:
    refusing = router(f"""
routes = ["blackhole default"]
rules = ["lookup main suppress_prefixlength 0 priority 10"]
{INTERFACE}""")
    steps: list[Step] = []
    assert decide(refusing, packet("10.0.0.9", "10.9.1.1"), "eth0", steps=steps).refusal is Refusal.BLACKHOLE
    assert not any("suppressed" in step.outcome for step in steps)
