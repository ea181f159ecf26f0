import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from backend.report import ReportError
from backend.report.reading import as_json, printed
from backend.report.result import Result, Summary, read_result
from tests.report.results import NAMES, read


def result_of(document: dict[str, Any]) -> Result:
    return read_result(as_json(document), printed)


@pytest.mark.parametrize("name", NAMES)
def test_every_result_is_read(name: str) -> None:
    result = result_of(read(name))
    assert result.asked.source
    assert len(result.services) == len(result.asked.services)


@pytest.mark.parametrize("name", NAMES)
def test_stored_results_keep_the_published_schema(name: str) -> None:
    schema = json.loads((files("backend.wire") / "schemas/result.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(read(name))) == []


def test_the_way_back_is_read() -> None:
    proof = result_of(read("accepted")).proof
    assert proof is not None
    (service,) = proof.whole()
    assert service.back is not None
    assert [hop.name for hop in service.back.path] == ["br-gw", "hq-gw", "hq-pc1"]


def test_unknown_keys_do_not_matter() -> None:
    assert result_of(read("accepted") | {"later": 1}).services == result_of(read("accepted")).services


def test_what_is_no_result_is_said_with_its_place() -> None:
    with pytest.raises(ReportError, match=r"the result cannot be read: .*asked"):
        result_of(read("accepted") | {"asked": {"source": 7}})
    document = read("accepted")
    document["proof"]["services"][0]["routers"] = 7
    with pytest.raises(ReportError, match=r"the result cannot be read: proof.services\[0\]: Expected `array`.*routers"):
        result_of(document)
    with pytest.raises(ReportError, match="the result cannot be read: prediction: Expected `object"):
        result_of(read("accepted") | {"prediction": 7})
    with pytest.raises(ReportError, match="the result cannot be read: Input data was truncated"):
        read_result(b"{", printed)


def test_all_of_a_service_is_read_when_it_is_asked_for() -> None:
    result = result_of(read("ten-services"))
    assert result.proof is not None
    assert not any(router.counted for service in result.proof.services for router in service.routers)
    found = result.proof.find(result.services[3])
    assert found is not None
    assert (found.port, found.protocol) == (result.services[3].port, result.services[3].protocol)
    assert any(router.counted for router in found.routers)
    assert result.proof.find(Summary("sctp", "accepted", 9)) is None
