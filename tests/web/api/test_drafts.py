from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from backend.jobs.asking import FIELDS
from backend.jobs.draft import draft_document, read_draft
from backend.web.api.drafts import Field, ReadDraft
from backend.web.questions import JobQuestion
from tests.web.conftest import HEADERS, MadeUpEngine
from tests.wire.networks import NETWORK

PATH = "/api/v1/jobs/check"


def test_it_has_the_fields_of_a_test(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["draft"] = lambda params: params["question"]
    body = dict.fromkeys(FIELDS, "x")
    assert client.post(PATH, json=body, headers=HEADERS).json == body
    assert set(Field.__args__) == set(FIELDS) == set(JobQuestion.__struct_fields__)  # type: ignore[attr-defined]
    assert client.post(PATH, json={}, headers=HEADERS).json == {}


@pytest.mark.parametrize(("body", "field"), [({"colour": "red"}, "colour"), ({"source": 7}, "source")])
def test_what_no_form_can_send_is_refused(client: FlaskClient, body: dict[str, Any], field: str) -> None:
    answer = client.post(PATH, json=body, headers=HEADERS)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_the_answer_is_as_it_is_described() -> None:
    wrong = {"services": "22,x", "trace": {"path": [{"name": "gw"}, 7]}, "source": "pc"}
    for question in ({}, wrong, {"source": "pc", "destination": "gw", "services": "icmp"}):
        document = msgspec.to_builtins(draft_document(read_draft(NETWORK, question)))
        assert msgspec.to_builtins(msgspec.convert(document, ReadDraft)) == document
