from backend.lab.probe.ask import Ask, Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.heard import Heard
from backend.lab.proof.passage import passage
from backend.lab.proof.story import Story
from backend.lab.watch.event import Kind
from backend.model.flow import Service
from tests.lab.proof.small import A, B, book, event, syn, visit
from tests.lab.proof.test_passage import ONE, PLACES, SENT, THERE, TWO, why

ASK = Ask(0, Service("tcp", 443), 40000)
ROUTERS = {"one": "one", "two": "two"}
THROUGH = passage([SENT, ONE, TWO, THERE], PLACES, book(), Story(), why, B)
STOPPED = passage([SENT, visit(event("FORWARD", 4, Kind.POLICY))], PLACES, book(), Story(), why, B)
NOTHING = passage([], PLACES, book(), Story(), why, A)


def test_what_a_rule_sends_back_is_no_answer() -> None:
    assert list(Heard(ASK, Result(Outcome.REFUSED), STOPPED, THROUGH).ways) == [Way.FORWARD]
    assert list(Heard(ASK, Result(Outcome.ANSWERED), THROUGH, NOTHING).ways) == [Way.FORWARD, Way.ANSWER]


def test_a_block_is_one_by_a_rule_there_or_back() -> None:
    assert Heard(ASK, Result(Outcome.SILENT), STOPPED, NOTHING).is_stopped
    assert Heard(ASK, Result(Outcome.SILENT), THROUGH, STOPPED).is_stopped
    assert not Heard(ASK, Result(Outcome.ANSWERED), THROUGH, NOTHING).is_stopped


def test_each_router_is_tested_with_what_came_to_it_also_behind_a_block() -> None:
    alone = Heard(ASK, Result(Outcome.SILENT), STOPPED, NOTHING)
    assert [case.router for case in alone.cases(ROUTERS)] == ["one"]
    beyond = Heard(ASK, Result(Outcome.ANSWERED), THROUGH, NOTHING)
    cases = list(Heard(ASK, Result(Outcome.SILENT), STOPPED, NOTHING, beyond=beyond).cases(ROUTERS))
    assert [(case.router, case.device) for case in cases] == [("one", "lan"), ("two", "down")]
    assert cases[1].packet == syn(ttl=63)
