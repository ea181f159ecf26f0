from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.crash.family import children, kill
from tests.engine.desk import FLOW, QUESTION, Desk
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial


def test_a_way_and_its_services_are_predicted_for_whoever_has_signed_in(desk: Desk) -> None:
    person = desk.person()
    trace = person.ask("trace", question=FLOW)
    assert [hop["name"] for hop in trace["path"] if hop["is_router"]] == ["gw-a", "gw-b"]
    services = person.ask("reach", question=QUESTION | {"services": "1-20"})["services"]
    assert [service["port"] for service in services] == list(range(1, 21)), "more than one test may have"


@pytest.mark.parametrize("call", ["trace", "reach"])
@pytest.mark.parametrize(
    ("changed", "field"),
    [({"source": "x"}, "source"), ({"destination": None}, "destination"), ({"ttl": "many"}, "ttl")],
)
def test_what_is_no_question_is_told_with_its_field(desk: Desk, call: str, changed: dict[str, Any], field: str) -> None:
    refused = desk.person().refused(call, question=QUESTION | changed if call == "reach" else FLOW | changed)
    assert (refused.code, refused.field) == ("bad_value", field)


def test_a_test_that_is_being_written_is_read_as_far_as_it_goes(desk: Desk) -> None:
    found = desk.person().ask("draft", question={"source": "10.0.1.50", "services": "1-4", "ttl": "many"})
    assert [service["port"] for service in found["services"]] == [1, 2, 3], "no more than a test may have here"
    assert [error["field"] for error in found["errors"]] == ["ttl", "services"]
    assert found["missing"] == ["destination"]


@pytest.mark.parametrize("label", ["small@00000000", "no such", "x" * 100_000, "\x00"])
def test_a_network_that_there_is_not_is_not_found(desk: Desk, label: str) -> None:
    refused = desk.person().refused("trace", question=FLOW, network=label)
    assert (refused.code, refused.field) == ("not_found", "network")
    assert len(refused.message) < 400


def test_who_is_answered_when_processes_die_notices_nothing(desk: Desk) -> None:
    person = desk.person()
    template = desk.template
    for _ in range(3):
        for process in children(template):
            kill(process)
            wait_for(lambda: not is_running(process), "its end")  # noqa: B023 - asked at once
            assert person.ask("trace", question=FLOW)["verdict"]
    assert desk.engine.plain("metrics")["processes"]["replaced"] >= 3
    kill(template)
    assert person.ask("trace", question=FLOW)["verdict"], "the facts are read again"
    wait_for(lambda: not is_running(template), "the end of the template")
    assert desk.template != template


def test_many_are_answered_at_once_each_its_own_question(desk: Desk) -> None:
    person = desk.person()

    def ask(number: int) -> tuple[int, list[int]]:
        answer = person.ask("reach", question=QUESTION | {"services": str(number)})
        return number, [service["port"] for service in answer["services"]]

    with ThreadPoolExecutor(8) as threads:
        for number, ports in threads.map(ask, range(1, 101)):
            assert ports == [number]
