from msgspec import structs

from backend.jobs.asking import read_asked, read_priority
from backend.jobs.document import job_document, place_document, question_document
from backend.jobs.forecast import Place
from backend.jobs.job import GivenTrace, Outcome, Priority
from backend.jobs.phase import Mode, Phase
from backend.jobs.state import State, Status
from backend.model.answer import Stop
from backend.model.flow import Service
from backend.model.verdict import Verdict
from tests.jobs.making import job, moment
from tests.wire.networks import NETWORK


def test_a_job_that_waits_says_what_it_is_about_and_where_it_stands() -> None:
    one = job("anna1")
    one = structs.replace(one, number=7, expected_s=0.32049, asked=structs.replace(one.asked, names=("hq-pc1", "")))
    document = job_document(one, Place("anna1", 3, 1.26))
    assert document == {
        "id": "anna1",
        "number": 7,
        "user": "anna",
        "status": "queued",
        "phase": "queued",
        "reason": "",
        "mode": "prove",
        "priority": "normal",
        "attempt": 1,
        "network": "demo@3f9c",
        "source": "10.1.1.50",
        "destination": "10.2.1.50",
        "source_name": "hq-pc1",
        "destination_name": None,
        "source_port": None,
        "services": [{"port": 1, "protocol": "tcp"}],
        "outcomes": [],
        "submitted": "2024-05-01T12:00:00.000Z",
        "started": None,
        "ended": None,
        "expected_s": 0.32,
        "place": {"position": 3, "starts_in_s": 1.3},
    }


def test_one_that_has_ended_says_how_and_when_with_the_same_keys() -> None:
    ended = structs.replace(
        job("a1", mode=Mode.PREDICT, priority=Priority.LOW),
        state=State(Status.FAILED, Phase.PREDICT, "it died"),
        attempt=2,
        started=moment(1.5),
        ended=moment(2),
    )
    document = job_document(ended)
    assert (document["status"], document["phase"], document["reason"]) == ("failed", "predict", "it died")
    assert (document["started"], document["ended"]) == ("2024-05-01T12:00:01.500Z", "2024-05-01T12:00:02.000Z")
    assert (document["attempt"], document["priority"], document["place"]) == (2, "low", None)
    assert document.keys() == job_document(job("b1"), Place("b1", 1, 0.0)).keys()


def test_what_has_no_port_says_so() -> None:
    asked = structs.replace(job("a1").asked, services=(Service("icmp", 0),))
    document = job_document(structs.replace(job("a1"), asked=asked))
    assert document["services"] == [{"port": None, "protocol": "icmp"}]


def test_what_has_been_found_is_told_in_short() -> None:
    shut = Outcome(Service("tcp", 1), Verdict.DENIED_FORWARD, "br-gw", "DROP")
    found = structs.replace(job("a1"), outcomes=(shut, Outcome(Service("icmp", 0), Verdict.ACCEPTED)))
    assert job_document(found)["outcomes"] == [
        {"port": 1, "protocol": "tcp", "verdict": "denied_forward", "router": "br-gw", "action": "DROP"},
        {"port": None, "protocol": "icmp", "verdict": "accepted", "router": None, "action": None},
    ]


def test_a_question_asks_for_the_same_again() -> None:
    given = GivenTrace((Stop("gw", "eth0"),), '{"path":[{"name":"gw","incoming":"eth0"}]}')
    more = {
        "services": (Service("udp", 53), Service("icmp", 0)),
        "mode": Mode.PREDICT,
        "source_port": 7,
        "gateway": "gw",
    }
    known = structs.replace(
        job("a1", priority=Priority.LOW), asked=structs.replace(job().asked, tos=8, ttl=9, trace=given, **more)
    )
    question = question_document(known)
    again = read_asked(NETWORK, question, known.asked.snapshot)
    assert structs.replace(again, trace=None) == structs.replace(known.asked, trace=None, names=("pc", ""))
    assert (again.trace and again.trace.path, read_priority(question)) == (given.path, Priority.LOW)
    plain = structs.replace(job().asked, names=("pc", ""))
    assert read_asked(NETWORK, question_document(job()), "demo@3f9c") == plain


def test_a_place_is_told_as_precisely_as_it_is_known() -> None:
    assert place_document(Place("a1", 1, 0.04)) == {"position": 1, "starts_in_s": 0.0}
