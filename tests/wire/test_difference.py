import copy
from typing import Any, get_args

import msgspec
import pytest

from backend.model.verdict import Verdict
from backend.wire.difference import RunDifference, Word, difference
from tests.report.results import NAMES, read

Document = dict[str, Any]


def compared(before: Document, after: Document) -> RunDifference:
    return difference(msgspec.json.encode(before), msgspec.json.encode(after))


def changed(document: Document, **of_service: Any) -> Document:
    """With another word on its first service, as known and as the answer has it."""
    document = copy.deepcopy(document)
    known = document["services"][0]
    known.update({name: value for name, value in of_service.items() if name in known})
    for answers in (document["prediction"], document["proof"]):
        if answers is not None:
            answers["services"][0].update(of_service)
    return document


def test_the_words_for_a_fate_are_those_of_the_model() -> None:
    assert set(get_args(Word)) == {verdict.value for verdict in Verdict}


@pytest.mark.parametrize("name", NAMES)
def test_a_test_and_itself_do_not_differ_and_what_is_found_is_as_described(name: str) -> None:
    found = compared(read(name), read(name))
    assert (found.is_same_network, found.asked) == (True, ())
    assert all((service.differs, service.is_moved, service.routers) == ((), False, ()) for service in found.services)
    assert {hop.found for service in found.services for hop in (*service.forward, *service.back)} <= {"both"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=RunDifference) == found


@pytest.mark.parametrize(("one", "other"), [("dropped", "accepted"), ("ten-services", "ipv6"), ("no-route", "unknown")])
def test_turned_round_it_says_the_same_of_the_other_side(one: str, other: str) -> None:
    there, back = compared(read(one), read(other)), compared(read(other), read(one))
    assert (there.before, there.after) == (back.after, back.before)
    assert there.asked == back.asked
    assert {(each.port, each.protocol, each.differs, each.before, each.after) for each in there.services} == {
        (each.port, each.protocol, each.differs, each.after, each.before) for each in back.services
    }


def test_a_rule_that_blocks_no_more_is_told_with_its_router_and_the_longer_path() -> None:
    before = read("dropped")
    answer = before["proof"]["services"][0]
    rule, path = answer["decided_by"], answer["forward"]["path"]
    more = {**path[-1], "name": "behind", "is_router": False}
    routers = [
        {**router, "verdict": "accepted", "decided_by": None} if router["name"] == rule["router"] else router
        for router in answer["routers"]
    ]
    after = changed(
        before, verdict="accepted", reachable=True, decided_by=None, routers=routers,
        forward=answer["forward"] | {"path": [*path, more]},
    ) | {"network": "demo@00000000", "job": "2"}  # fmt: skip
    found = compared(before, after)
    service = found.services[0]
    assert (found.is_same_network, found.after.network, found.after.job) == (False, "demo@00000000", "2")
    assert service.differs == ("verdict", "rule", "path", "routers")
    assert service.before is not None
    assert service.before.decided_by is not None
    assert service.before.decided_by.text == rule["text"]
    assert service.after is not None
    assert (service.after.verdict, service.after.decided_by) == ("accepted", None)
    assert [(hop.name, hop.found) for hop in service.forward if hop.found != "both"] == [("behind", "after")]
    assert [router.name for router in service.routers] == [rule["router"]]


def test_the_same_rule_with_another_number_has_only_moved() -> None:
    before = read("dropped")
    rule = before["proof"]["services"][0]["decided_by"]
    found = compared(before, changed(before, decided_by={**rule, "number": rule["number"] + 1, "line": 99})).services[0]
    assert (found.differs, found.is_moved) == ((), True)
    found = compared(before, changed(before, decided_by={**rule, "text": "-j DROP"})).services[0]
    assert (found.differs, found.is_moved) == (("rule",), False)


def test_a_service_of_one_test_only_has_nothing_on_the_other_side() -> None:
    whole = read("ten-services")
    part = copy.deepcopy(whole)
    del part["services"][0], part["proof"]["services"][0]
    found = compared(whole, part).services
    assert [service.after is None for service in found] == [True] + [False] * 9
    assert "verdict" in found[0].differs
    assert compared(part, whole).services[-1].before is None


def test_what_was_asked_differently_is_named() -> None:
    before = read("predicted")
    after = before | {"asked": before["asked"] | {"ttl": 3, "source": "10.9.9.9"}}
    assert compared(before, after).asked == ("source", "ttl")


def test_a_test_that_has_found_nothing_yet_can_be_compared() -> None:
    before = read("dropped")
    after = before | {"services": [], "prediction": None, "proof": None}
    found = compared(before, after).services[0]
    assert found.after is None
    assert {hop.found for hop in found.forward} == {"before"}
