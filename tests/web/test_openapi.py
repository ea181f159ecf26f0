import jsonschema
import pytest
from msgspec import Struct

from backend.web.openapi import description
from backend.web.route import Media, Route
from backend.web.surface import routes


def test_every_route_for_data_is_described_with_what_it_takes_and_gives() -> None:
    told = description(routes())
    for route in routes():
        if not route.is_told:
            continue
        operation = told["paths"][route.path][route.method.lower()]
        assert set(map(str, route.answers)) <= set(operation["responses"])
        assert ("requestBody" in operation) == (route.body is not None or bool(route.takes))
        names = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert names == set(route.variables)
    ids = [operation["operationId"] for methods in told["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    told = description(routes())
    schemas = told["components"]["schemas"]

    def references(value: object) -> set[str]:
        if isinstance(value, dict):
            here = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return here.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    assert references(told) <= {f"#/components/schemas/{name}" for name in schemas}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_in_a_query_nothing_is_null() -> None:
    parameters = description(routes())["paths"]["/api/v1/jobs"]["get"]["parameters"]
    schemas = {each["name"]: each["schema"] for each in parameters}
    assert schemas["user"] == {"type": "string"}
    assert set(schemas["status"]["enum"]) == {"queued", "running", "succeeded", "failed", "cancelled", "expired"}
    assert schemas["limit"] == {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}


def test_two_bodies_of_one_name_are_noticed() -> None:
    def route(kind: type[Struct]) -> Route:
        return Route("POST", f"/api/v1/{kind.__module__}", lambda: "", "", "", {200: Media("text/plain")}, body=kind)

    class Body(Struct):
        number: int

    first = Body

    class Body(Struct):  # type: ignore[no-redef]
        word: str

    with pytest.raises(ValueError, match="Body"):
        description([route(first), route(Body)])
