import pytest
from flask import Flask
from msgspec import Struct

from backend.web import errors, request
from backend.web.access import Access
from backend.web.engine import told
from backend.web.route import Empty, Route, register


class Body(Struct):
    number: int


class Query(Struct):
    word: str = "none"


ROUTE = Route(
    "PUT", "/api/v1/things/{thing}", lambda thing, body, query: told([thing, body.number, query.word]), "A thing",
    "things", {200: Empty()}, Access.ANYONE, body=Body, query=Query,
)  # fmt: skip


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "a key for tests only"
    register(app, [ROUTE])
    errors.register(app)
    request.register(app)
    return app


def test_a_view_gets_what_its_route_declares(app: Flask) -> None:
    answer = app.test_client().put("/api/v1/things/a?word=b", json={"number": 5})
    assert answer.json == ["a", 5, "b"]


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [("/api/v1/things/a", {"number": "5"}, "number"), ("/api/v1/things/a?word=b&word=c", {"number": 5}, "word")],
)
def test_what_it_does_not_declare_never_gets_there(app: Flask, address: str, body: object, field: str) -> None:
    answer = app.test_client().put(address, json=body)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_a_route_has_a_name_and_variables() -> None:
    assert (ROUTE.name, list(ROUTE.variables)) == ("put_things_thing", ["thing"])
