"""Server-sent events, read as `curl -N` shows them."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from tests.engine.desk import Person
from tests.live.site import Web


class Told(Struct, frozen=True):
    events: list[Any]
    ids: list[str]
    is_whole: bool
    """Its end was told, and it was not cut off."""


def told(site: Web, person: Person, path: str, **headers: str) -> Told:
    """All of it."""
    with opened(site, person, path, **headers) as answer:
        text = answer.read().decode()
        assert (answer.status, answer.getheader("Content-Type")) == (200, "text/event-stream; charset=utf-8"), text
        return read(text)


@contextmanager
def opened(site: Web, person: Person, path: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(*site.address, timeout=60)
    try:
        connection.request("GET", path, headers={**site.cookie(person.session), **headers})
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()


def read(text: str) -> Told:
    events, ids, is_whole = [], [], False
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields.get("event") == "end":
            is_whole = True
        elif "id" in fields:
            ids.append(fields["id"])
            events.append(msgspec.json.decode(fields["data"]))
    return Told(events, ids, is_whole)
