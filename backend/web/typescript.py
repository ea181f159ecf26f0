"""The OpenAPI description as TypeScript; `python -m backend.web.typescript` writes what the page is built with.

The file is kept beside the page, so that a change of the API shows there, and breaks the build where the page used it.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

Document = Mapping[str, Any]
FILE = Path(__file__).resolve().parents[2] / "frontend" / "src" / "api" / "types.ts"
HEAD = "/** Written by `make pagetypes` from the OpenAPI description of the API: do not edit. */\n"
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
OF_PAGE = ("/api/v1/", "/healthz", "/readyz", "/health")
"""What the page asks; the addresses of before are for others."""
JSON = "application/json"
ABOUT = "/** What may be asked, by method and path: the parts of the path, the query, the body, what comes back. */"
Namer = Callable[[str], str]


def typescript(description: Document) -> str:
    schemas = description["components"]["schemas"]
    name = _namer(schemas)
    kinds = [_kind(name(key), schema, name) for key, schema in sorted(schemas.items(), key=lambda pair: name(pair[0]))]
    operations = [
        f"  {_literal(f'{method.upper()} {path}')}: {_operation(operation, name)};"
        for path, methods in description["paths"].items()
        if path.startswith(OF_PAGE)
        for method, operation in methods.items()
    ]
    return "\n".join([HEAD, *kinds, f"{ABOUT}\nexport interface Operations {{", *operations, "}\n"])


def _namer(schemas: Document) -> Namer:
    """Those of the published result begin with a small letter there, and some have a namesake."""
    names = {key: "".join(word[:1].upper() + word[1:] for word in key.split("_")) for key in schemas}
    taken = {key for key, name in names.items() if key == name}
    clear = {key: name if key == name or name not in taken else f"Result{name}" for key, name in names.items()}
    return lambda ref: clear[ref.rpartition("/")[2]]


def _kind(name: str, schema: Document, name_of: Namer) -> str:
    said = _comment(schema, "")
    if schema.get("type") == "object" and "properties" in schema:
        return f"{said}export interface {name} {_object(schema, name_of, '')}\n"
    return f"{said}export type {name} = {_type(schema, name_of, '')};\n"


def _type(schema: Document, name_of: Namer, indent: str) -> str:
    match schema:
        case {"$ref": str(ref)}:
            return name_of(ref)
        case {"const": value}:
            return _literal(value)
        case {"enum": values}:
            return " | ".join(_literal(value) for value in values)
        case {"anyOf": kinds}:
            return " | ".join(dict.fromkeys(_type(kind, name_of, indent) for kind in kinds))
        case {"type": list(kinds)}:
            return " | ".join(_type({**schema, "type": kind}, name_of, indent) for kind in kinds)
        case {"type": "array"}:
            kind = _type(schema.get("items", {}), name_of, indent)
            return f"readonly ({kind})[]" if " " in kind else f"readonly {kind}[]"
        case {"type": "object", "properties": _}:
            return _object(schema, name_of, indent)
        case {"type": "object"}:
            values = schema.get("additionalProperties", True)
            return (
                f"Readonly<Record<string, {_type(values, name_of, indent) if isinstance(values, dict) else 'unknown'}>>"
            )
        case {"type": str(kind)}:
            return PLAIN[kind]
    return "unknown"


def _object(schema: Document, name_of: Namer, indent: str) -> str:
    required = set(schema.get("required", ()))
    inner = indent + "  "
    lines = [
        f"{_comment(field, inner)}{inner}{_field(key, field, key in required, name_of, inner)};"
        for key, field in schema["properties"].items()
    ]
    return "\n".join(["{", *lines, f"{indent}}}"])


def _field(key: str, schema: Document, is_required: bool, name_of: Namer, indent: str) -> str:
    return f"readonly {_key(key)}{'' if is_required else '?'}: {_type(schema, name_of, indent)}"


def _operation(operation: Document, name_of: Namer) -> str:
    parts = {
        "path": _values(operation, "path", name_of),
        "query": _values(operation, "query", name_of),
        "body": _body(operation, name_of),
        "answer": " | ".join(dict.fromkeys(_answers(operation, name_of))),
    }
    return "{ " + "; ".join(f"readonly {key}: {value}" for key, value in parts.items()) + " }"


def _values(operation: Document, place: str, name_of: Namer) -> str:
    found = [each for each in operation["parameters"] if each["in"] == place]
    marks = {each["name"]: "" if each["required"] else "?" for each in found}
    fields = [
        f"readonly {_key(each['name'])}{marks[each['name']]}: {_type(each['schema'], name_of, '')}" for each in found
    ]
    return f"{{ {'; '.join(fields)} }}" if fields else "undefined"


def _body(operation: Document, name_of: Namer) -> str:
    if "requestBody" not in operation:
        return "undefined"
    content = operation["requestBody"]["content"]
    return _type(content[JSON]["schema"], name_of, "") if JSON in content else "Blob | FormData"


def _answers(operation: Document, name_of: Namer) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            content = answer.get("content", {})
            if JSON in content:
                yield _type(content[JSON]["schema"], name_of, "")
            else:
                yield "Blob" if content else "undefined"


def _comment(schema: Document, indent: str) -> str:
    text = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /")
    return f"{indent}/** {text} */\n" if text else ""


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else _literal(name)


def _literal(value: object) -> str:
    return msgspec.json.encode(value).decode()


def main() -> int:
    from backend.web.openapi import description
    from backend.web.surface import routes

    FILE.write_text(typescript(msgspec.to_builtins(description(routes()))), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
