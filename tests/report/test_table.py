import csv
import io

import pytest

from backend.report import table
from tests.report.hostile import nasty
from tests.report.results import NAMES, read


def rows(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", NAMES)
def test_each_service_has_a_row_and_one_for_each_router(name: str) -> None:
    document = read(name)
    found = rows(table(document))
    answer = document["proof"] or document["prediction"]
    services = [row for row in found if not row["router"]]
    assert [row["sentence"] for row in services] == [each["sentence"] for each in document["services"]]
    routers = [router["name"] for service in answer["services"] for router in service["routers"]]
    assert [row["router"] for row in found if row["router"]] == routers


def test_what_decides_and_what_was_counted() -> None:
    service, router, *_ = rows(table(read("dropped")))
    assert (service["service"], service["verdict"], service["reachable"]) == ("5432/tcp", "denied_forward", "no")
    assert service["decided by"] == "filter log-drop rule 2: -A log-drop -j DROP"
    assert (router["router"], router["action"]) == ("hq-gw", "DROP")
    assert int(router["packets after"]) > int(router["packets before"])


def test_who_stops_the_answer_stands_beside_it() -> None:
    stopped = next(row for row in rows(table(read("return-blocked"))) if row["service"] == "81/tcp")
    assert (stopped["verdict"], stopped["answer"]) == ("accepted", "denied_forward")
    assert stopped["decided by"] == ""
    assert "REJECT" in stopped["answer decided by"]


def test_a_spreadsheet_computes_nothing_of_it() -> None:
    document = read("dropped")
    document["services"][0]["sentence"] = "=HYPERLINK(1)"
    document["proof"]["services"][0]["routers"][0]["name"] = "@gw"
    found = rows(table(document))
    assert (found[0]["sentence"], found[1]["router"]) == ("'=HYPERLINK(1)", "'@gw")
    assert rows(table(nasty("accepted")))
