"""The OpenAPI description as a page that is read without a script and without a network."""

import importlib.resources
import re
from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec

Document = dict[str, Any]
HEAD = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>tsim: REST</title><link rel="icon" href="../icon.svg">'
    '<link rel="stylesheet" href="docs.css"></head><body><main>'
)
INTRODUCTION = """<p>All of it as <a href="v1/openapi.json">OpenAPI 3.1</a>. Sign in with
<code>POST /api/v1/sessions</code>,
which gives a cookie, or send <code>Authorization: Bearer …</code> with a token. What changes something needs the header
<code>X-Requested-With</code> (any value) where a cookie is used. Errors are <code>application/problem+json</code> with
<code>detail</code>, the <code>field</code> and a <code>request_id</code>, which the log names too.</p>"""


def style() -> str:
    return (importlib.resources.files("backend.web") / "reference.css").read_text("utf-8")


def page(description: Document) -> str:
    return "\n".join([HEAD, *_parts(description), "</main></body></html>\n"])


def _parts(description: Document) -> Iterator[str]:
    info = description["info"]
    yield f"<h1>{escape(info['title'])}: REST</h1><p>{escape(info['description'])}</p>{INTRODUCTION}"
    tags = [tag["name"] for tag in description["tags"]]
    yield "<nav>" + " ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in tags) + "</nav>"
    for tag in tags:
        yield f'<h2 id="{escape(tag)}">{escape(tag)}</h2>'
        for path, methods in description["paths"].items():
            for method, operation in methods.items():
                if operation["tags"] == [tag]:
                    yield from _operation(method, path, operation)
    yield "<h2>Documents</h2>"
    for name, schema in sorted(description["components"]["schemas"].items()):
        title = f"<summary><code>{escape(name)}</code></summary>"
        yield f'<details id="schema-{escape(name)}">{title}{_json(schema)}</details>'


def _operation(method: str, path: str, operation: Document) -> Iterator[str]:
    title = f"<b>{escape(method.upper())}</b> <code>{escape(path)}</code> {escape(operation['summary'])}"
    yield f'<details id="{escape(operation["operationId"])}"><summary>{title}</summary>'
    yield f"<p>{_words(operation['description'])}</p>"
    if operation["parameters"]:
        yield "<table><tr><th>parameter</th><th>in</th><th>is</th></tr>"
        for each in operation["parameters"]:
            told = _brief(each["schema"]) + (f" {escape(each['description'])}" if "description" in each else "")
            name = escape(each["name"]) + (" *" if each["required"] else "")
            yield f"<tr><td><code>{name}</code></td><td>{escape(each['in'])}</td><td>{told}</td></tr>"
        yield "</table>"
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body: {escape(kind)} {_brief(content['schema'])}</p>"
    yield "<table><tr><th>status</th><th>answer</th></tr>"
    for status, answer in operation["responses"].items():
        kinds = [f"{escape(kind)} {_brief(each['schema'])}" for kind, each in answer.get("content", {}).items()]
        told = " or ".join(kinds) or "nothing"
        yield f"<tr><td>{escape(status)} {escape(answer['description'])}</td><td>{told}</td></tr>"
    yield "</table></details>"


def _words(text: str) -> str:
    return re.sub("`(.+?)`", r"<code>\1</code>", escape(text))


def _brief(schema: Document) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_brief, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    words = [schema.get("format") or schema.get("type") or "anything"]
    words += [f"{name} {schema[name]}" for name in ("minimum", "maximum", "minLength", "maxLength") if name in schema]
    return escape(", ".join(map(str, words)))


def _json(schema: Document) -> str:
    text = msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()
    return f"<pre>{escape(text)}</pre>"
