import pytest

from backend.model.answer import RouterAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.sim.routers import router_answers
from tests.sim.row import STATEFUL, Rules, conversation, row

WEB, NAMES = Service("tcp", 443), Service("udp", 53)


def answers(
    near: Rules | None = None, far: Rules | None = None, service: Service = NAMES, source: str = "10.1.0.50"
) -> dict[str, RouterAnswer]:
    network = row(near, far)
    courses = conversation(network, service, source).courses()
    opened = conversation(network, service, source, is_open=True).courses()
    return {answer.name: answer for answer in router_answers(courses, opened)}


def verdicts(found: dict[str, RouterAnswer]) -> dict[str, tuple[Verdict, Verdict | None]]:
    return {name: (answer.verdict, answer.return_verdict) for name, answer in found.items()}


YES, NO = Verdict.ACCEPTED, Verdict.DENIED_FORWARD
DROP = {"filter": ":FORWARD DROP"}
NO_ANSWERS = {"filter": ":FORWARD DROP\n-A FORWARD -i lan -j ACCEPT"}


@pytest.mark.parametrize(
    ("near", "far", "expected"),
    [
        (None, None, {"near": (YES, YES), "far": (YES, YES)}),
        (DROP, None, {"near": (NO, None), "far": (YES, YES)}),
        (DROP, DROP, {"near": (NO, None), "far": (NO, None)}),
        (NO_ANSWERS, None, {"near": (YES, NO), "far": (YES, YES)}),
        (NO_ANSWERS, DROP, {"near": (YES, NO), "far": (NO, None)}),
    ],
)
def test_each_router_is_judged_whatever_the_others_do(
    near: Rules | None, far: Rules | None, expected: dict[str, tuple[Verdict, Verdict | None]]
) -> None:
    assert verdicts(answers(near, far)) == expected


def test_what_decides_is_named_for_both_ways() -> None:
    near = answers(NO_ANSWERS)["near"]
    assert near.decided_by is not None
    assert near.return_decided_by is not None
    assert near.decided_by.spoken == "near, filter FORWARD rule 1: -A FORWARD -i lan -j ACCEPT"
    assert near.return_decided_by.spoken == "near, filter FORWARD policy DROP"
    assert near.return_reason == "dropped by near, filter FORWARD policy DROP"


def test_what_stops_the_data_of_a_connection_stops_its_router() -> None:
    found = answers({"filter": "-A FORWARD -p tcp ! --syn -s 10.1.0.0/24 -j DROP"}, service=WEB)
    assert verdicts(found)["near"] == (NO, None)


def test_what_may_be_stopped_is_conditional() -> None:
    assert answers({"filter": "-A FORWARD -m limit --limit 5/sec -j DROP"})["near"].verdict is Verdict.CONDITIONAL


def test_a_router_that_nothing_comes_to_is_not_judged() -> None:
    assert set(answers(DROP, source="10.2.0.1")) == {"far"}


def test_rules_are_counted_once_for_each_packet_that_matched_them() -> None:
    accept = "-A FORWARD -m conntrack --ctstate NEW -j ACCEPT"
    counted = answers({"filter": STATEFUL + accept})["near"].counted
    assert [(count.chain, count.number, count.after - count.before) for count in counted] == [
        ("FORWARD", 2, 1),
        ("FORWARD", 1, 1),
    ]


def test_a_rule_behind_a_block_counts_what_the_router_would_do() -> None:
    far = {"filter": "-A FORWARD -i up -j ACCEPT"}
    assert [count.number for count in answers(DROP, far)["far"].counted] == [1]
