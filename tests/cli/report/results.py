"""Results as files, of the small network: 22 is dropped by gw-b, 443 is not."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backend.cli.who.here import here_at
from tests.cli.policy.files import small

QUESTION = {"source": "a", "destination": "b", "services": "22,443"}


@cache
def answer_text() -> str:
    with TemporaryDirectory() as folder:
        return json.dumps(here_at(small(Path(folder) / "small", 22)).reach(QUESTION))


@cache
def result_text() -> str:
    with TemporaryDirectory() as folder:
        who = here_at(small(Path(folder) / "small", 22))
        return json.dumps(who.tested(QUESTION | {"mode": "predict"}, lambda _: None))


def answer() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(answer_text())
    return document


def result() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(result_text())
    return document
