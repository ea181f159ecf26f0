from backend.lab.build.space import Refusal
from backend.lab.plan.operation import Omission
from backend.lab.probe.listen import Deaf
from backend.lab.proof.progress import AtRouter, Progress
from backend.lab.proof.round import Listening
from backend.lab.proof.telling import MOST_REFUSED, Telling, listed, router_sentence
from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict
from tests.lab.proof.small import B

HTTPS, PING = Service("tcp", 443), Service("icmp", 0)
DROP = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP")


def telling(*services: Service) -> tuple[Telling, list[Progress]]:
    told: list[Progress] = []
    return Telling(told.append, services or (HTTPS, PING)), told


def test_lines_that_the_lab_does_not_have_are_data_too() -> None:
    tells, told = telling()
    tells.standing([Refusal("n1", "-A FORWARD -m x", "no such match", "gw", "iptables", 7), Omission("gw", "r", "why")])
    assert [each.message for each in told] == [
        "not in the lab: gw: iptables line 7: -A FORWARD -m x: no such match",
        f"not in the lab: {Omission('gw', 'r', 'why')}",
        "the lab stands, without 2 lines of the facts",
    ]
    assert told[0].data["refused"] == {
        "router": "gw", "section": "iptables", "line": 7, "text": "-A FORWARD -m x", "reason": "no such match",
    }  # fmt: skip
    assert told[1].data["refused"]["line"] is None


def test_many_lines_are_counted_and_not_all_told() -> None:
    tells, told = telling()
    tells.standing([Omission("gw", str(number), "why") for number in range(MOST_REFUSED + 9)])
    assert len(told) == MOST_REFUSED + 2
    assert told[-2].message == "not in the lab: 9 more lines, which the result has"


def test_who_listens_is_told_once_for_each_machine_and_who_cannot() -> None:
    tells, told = telling()
    one = Listening("n", B, (HTTPS, PING), "web")
    tells.listening([one, one, Listening("m", B, (PING,), "db")], [Deaf(B, HTTPS, "Permission denied")])
    assert [each.message for each in told] == [
        "web listens on 443/tcp",
        "db answers pings",
        f"nobody can listen on 443/tcp of {B}: Permission denied",
        "who is to answer is ready",
    ]


def test_a_service_is_told_once() -> None:
    tells, told = telling()
    for _ in range(2):
        tells.known(ServiceAnswer(HTTPS, Verdict.ACCEPTED, ""))
    assert [each.message for each in told] == ["443/tcp is reached"]


def test_a_router_says_what_it_does_with_all_services() -> None:
    through, shut = RouterAnswer("gw", Verdict.ACCEPTED), RouterAnswer("gw", Verdict.DENIED_FORWARD, decided_by=DROP)
    alone = [AtRouter(HTTPS, shut), AtRouter(PING, through), AtRouter(Service("udp", 53), through)]
    assert router_sentence("gw", alone) == (
        "gw alone blocks 443/tcp (filter FORWARD rule 12: -A FORWARD -j DROP); lets icmp, 53/udp through"
    )


def test_a_rule_may_have_braces_and_a_list_is_not_endless() -> None:
    odd = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 1, "-A FORWARD -m comment --comment {}")
    shut = AtRouter(HTTPS, RouterAnswer("gw", Verdict.DENIED_FORWARD, decided_by=odd))
    assert router_sentence("gw", [shut]).endswith("--comment {})")
    assert listed([str(number) for number in range(20)]).endswith(", 11 and 8 more")
