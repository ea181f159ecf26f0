from backend.model.trace import Step
from backend.sim.lookup import Refusal, decide
from tests.sim.build import packet, router

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


def test_a_rule_by_port_is_a_condition_when_the_flow_names_none() -> None:
    assert decide(ROUTER, packet("10.0.0.9", "192.0.2.1", "udp/53"), "eth0").conditions == ()
    (condition,) = decide(ROUTER, packet("10.0.0.9", "192.0.2.1"), "eth0").conditions
    assert "dport 53" in condition


def test_steps_say_where_the_line_stands() -> None:
    steps: list[Step] = []
    decide(ROUTER, packet("10.0.0.9", "10.7.1.1"), "eth0", steps=steps)

    assert (steps[-1].table, steps[-1].text.split()[0]) == ("side", "10.7.0.0/16")
