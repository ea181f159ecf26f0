import pytest

from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.wire.sentence import router_phrase, sentence

HTTPS = Service("tcp", 443)
DROP = Decision("br-gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP")
POLICY = Decision("br-gw", DecisionKind.POLICY, "DROP", "filter", "INPUT", text=":INPUT DROP")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ServiceAnswer(Service("icmp", 0), Verdict.ACCEPTED, ""), "icmp is reached"),
        (
            ServiceAnswer(HTTPS, Verdict.DENIED_FORWARD, "dropped by …", decided_by=DROP),
            "443/tcp is blocked: br-gw, filter FORWARD rule 12: -A FORWARD -j DROP",
        ),
        (
            ServiceAnswer(HTTPS, Verdict.DENIED_IN, "the answer: dropped", is_return=True, decided_by=POLICY),
            "443/tcp is reached, but its answer is blocked: br-gw, filter INPUT policy DROP",
        ),
        (ServiceAnswer(HTTPS, Verdict.NO_ROUTE, "no route on hq-gw"), "443/tcp is not reached: no route on hq-gw"),
        (
            ServiceAnswer(HTTPS, Verdict.RPFILTER, "the answer: the reverse path filter on hq-gw", is_return=True),
            "443/tcp is reached, but its answer is lost: the reverse path filter on hq-gw",
        ),
        (ServiceAnswer(HTTPS, Verdict.NO_LISTENER, ""), "443/tcp arrives, but nothing listens there"),
        (ServiceAnswer(HTTPS, Verdict.UNKNOWN, "no rules"), "443/tcp is not known to be reached or blocked: no rules"),
    ],
)
def test_an_answer_is_one_sentence(answer: ServiceAnswer, said: str) -> None:
    assert sentence(answer) == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (RouterAnswer("br-gw", Verdict.ACCEPTED, return_verdict=Verdict.ACCEPTED), "lets it through"),
        (
            RouterAnswer("br-gw", Verdict.DENIED_FORWARD, decided_by=DROP),
            "blocks it (filter FORWARD rule 12: -A FORWARD -j DROP)",
        ),
        (
            RouterAnswer("br-gw", Verdict.ACCEPTED, return_verdict=Verdict.DENIED_IN, return_decided_by=POLICY),
            "lets it through, but blocks the answer (filter INPUT policy DROP)",
        ),
        (RouterAnswer("br-gw", Verdict.NO_ROUTE, "no route"), "does not let it through (no route)"),
    ],
)
def test_a_router_alone_is_a_phrase(answer: RouterAnswer, said: str) -> None:
    assert router_phrase(answer) == said
