from backend.model.answer import ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict


def test_only_what_is_accepted_is_reachable() -> None:
    found = {each for each in Verdict if ServiceAnswer(Service("tcp", 22), each, "").is_reachable}
    assert found == {Verdict.ACCEPTED}
