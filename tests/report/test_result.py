import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from backend.report import ReportError
from backend.report.result import read_result
from tests.report.results import NAMES, read


@pytest.mark.parametrize("name", NAMES)
def test_every_result_is_read(name: str) -> None:
    result = read_result(read(name))
    assert result.asked.source
    assert len(result.services) == len(result.asked.services)


@pytest.mark.parametrize("name", NAMES)
def test_stored_results_keep_the_published_schema(name: str) -> None:
    schema = json.loads((files("backend.wire") / "schemas/result.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(read(name))) == []


def test_the_way_back_is_read() -> None:
    proof = read_result(read("accepted")).proof
    assert proof is not None
    assert proof.services[0].back is not None
    assert [hop.name for hop in proof.services[0].back.path] == ["br-gw", "hq-gw", "hq-pc1"]


def test_unknown_keys_do_not_matter() -> None:
    assert read_result(read("accepted") | {"later": 1}) == read_result(read("accepted"))


def test_what_is_no_result_is_said_with_its_place() -> None:
    with pytest.raises(ReportError, match=r"the result cannot be read: .*asked"):
        read_result(read("accepted") | {"asked": {"source": 7}})
