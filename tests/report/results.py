"""The result documents of tests/report/documents, which `tests.report.making` has made."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "documents"
NAMES = sorted(file.stem for file in HERE.glob("*.json"))


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return document
