import pytest

from backend.jobs.comparison import Agreement, ServiceComparison
from backend.jobs.words import alone_data, compared, counted
from backend.lab.proof.progress import AtRouter
from backend.model.answer import Count, Reachability, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict
from tests.jobs.making import asked

HTTPS = Service("tcp", 443)
COUNT = Count("filter", "FORWARD", 1, "-A FORWARD -j ACCEPT", 0, 2)
ROUTERS = (RouterAnswer("a", Verdict.ACCEPTED, counted=(COUNT, COUNT)), RouterAnswer("b", Verdict.ACCEPTED))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ("y", "the service is reached"),
        ("n", "the service is not reached"),
        ("yyy", "all of 3 services are reached"),
        ("nn", "none of 2 services is reached"),
        ("yn", "1 of 2 services is reached"),
        ("yyn", "2 of 3 services are reached"),
        ("?", "whether the service is reached is not known"),
        ("y?n", "1 of 3 services is reached, of 1 it is not known"),
    ],
)
def test_services_that_are_reached_are_counted(verdicts: str, said: str) -> None:
    ends = asked().source, asked().destination
    found = [{"y": Verdict.ACCEPTED, "n": Verdict.NO_ROUTE, "?": Verdict.UNKNOWN}[each] for each in verdicts]
    services = tuple(ServiceAnswer(Service("tcp", number), each, "") for number, each in enumerate(found))
    assert counted(Reachability("demo", *ends, "prediction", services)) == said


@pytest.mark.parametrize(
    ("agreement", "why", "said"),
    [
        (Agreement.AGREES, "", "443/tcp is as predicted; 2 rules matched on 2 routers"),
        (
            Agreement.NOT_COMPARABLE,
            "it was not proved",
            "443/tcp cannot be compared with the prediction, since it was not proved; 2 rules matched on 2 routers",
        ),
        (Agreement.DIFFERS, "predicted x", "443/tcp is not as predicted, which is an error of ours: predicted x"),
    ],
)
def test_what_the_comparison_says_of_a_service(agreement: Agreement, why: str, said: str) -> None:
    answer = ServiceAnswer(HTTPS, Verdict.ACCEPTED, "", routers=ROUTERS)
    assert compared(answer, ServiceComparison(HTTPS, agreement, why)) == said


def test_a_router_alone_as_data_has_what_the_answer_says_of_it() -> None:
    data = alone_data("a", [AtRouter(HTTPS, ROUTERS[0])])
    assert data["router"] == "a"
    assert data["alone"][0]["port"] == 443
    assert data["alone"][0]["verdict"] == "accepted"
    assert data["alone"][0]["counted"][0]["after"] == 2
