import msgspec

from backend.web.openapi import description
from backend.web.surface import routes
from backend.web.typescript import FILE, typescript

JSON = "application/json"


def written(schema: object) -> str:
    return typescript({"components": {"schemas": {"Thing": schema, "thing": {"const": 1}}}, "paths": {}})


def test_the_types_of_the_page_are_those_of_the_api() -> None:
    """`make pagetypes` writes them again."""
    assert FILE.read_text("utf-8") == typescript(msgspec.to_builtins(description(routes())))


def test_fields_may_be_missing_null_or_of_a_few_words() -> None:
    properties = {
        "a": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "The first."},
        "b-c": {"enum": ["x", "y"]},
        "d": {"type": "array", "items": {"$ref": "#/components/schemas/thing"}},
        "e": {"type": "object", "additionalProperties": {"type": "integer"}},
        "f": {},
    }
    text = written({"type": "object", "properties": properties, "required": ["a"]})
    assert "  /** The first. */\n  readonly a: string | null;\n" in text
    assert '  readonly "b-c"?: "x" | "y";\n' in text
    assert "readonly d?: readonly ResultThing[];" in text
    assert "readonly e?: Readonly<Record<string, number>>;" in text
    assert "readonly f?: unknown;" in text
    assert "export type ResultThing = 1;" in text


def test_an_operation_has_what_it_takes_and_gives() -> None:
    operation = {
        "parameters": [
            {"name": "job", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "after", "in": "query", "required": False, "schema": {"type": "integer"}},
        ],
        "responses": {"200": {"content": {JSON: {"schema": {"type": "boolean"}}}}, "204": {}, "404": {}},
    }
    paths = {"/api/v1/jobs/{job}": {"get": operation}, "/api/old": {"get": operation}}
    text = typescript({"components": {"schemas": {}}, "paths": paths})
    assert (
        '  "GET /api/v1/jobs/{job}": { readonly path: { readonly job: string };'
        " readonly query: { readonly after?: number }; readonly body: undefined;"
        " readonly answer: boolean | undefined };\n"
    ) in text
    assert "/api/old" not in text
