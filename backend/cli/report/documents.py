"""Results as files hold them: of a kept test, or what `reach -j` and `prove -j` print, which becomes one."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from backend.cli.error import UsageError
from backend.wire.given import read_json, shown
from backend.wire.question import QuestionError

Document = dict[str, Any]
STANDARD = "-"
LIMIT = 256 << 20


def result_of(name: str) -> Document:
    """UsageError names the file, and what of it is wrong."""
    document = _read(name, lambda text: read_json("result", text, LIMIT)[0])
    if not isinstance(document, dict) or "services" not in document:
        raise UsageError(f"{name}: is {shown(document)}, not a result: `job result -j` or `reachability` make one")
    result = document if "asked" in document else _of_answer(document)
    from backend.report import ReportError, parts  # which brings all that draws

    try:
        parts(result)
    except ReportError as error:
        raise UsageError(f"{name}: {error}") from None
    return result


def _read(name: str, read: Callable[[str], Any]) -> Any:
    try:
        if name == STANDARD:
            return read(sys.stdin.read(LIMIT))
        return read(Path(name).read_text("utf-8"))
    except QuestionError as error:
        raise UsageError(f"{name}: {error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is no text") from None
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}") from None


def _of_answer(answer: Mapping[str, Any]) -> Document:
    """It says nothing of a job, so the report says nothing of one."""
    by = answer.get("by")
    services = answer["services"]
    if by not in ("prediction", "proof") or not isinstance(services, list):
        raise UsageError("result: neither a result nor an answer by prediction or proof")
    given = {name: answer.get(name) for name in ("source", "destination", "source_port")}
    asked = [
        {"port": each.get("port"), "protocol": each.get("protocol")} for each in services if isinstance(each, dict)
    ]
    return {
        "job": "",
        "user": "",
        "mode": "predict" if by == "prediction" else "prove",
        "network": answer.get("network"),
        "asked": {**given, "services": asked},
        "services": [_summary(each, by) for each in services if isinstance(each, dict)],
        by: answer,
        "notes": answer.get("assumptions") or [],
    }


def _summary(service: Mapping[str, Any], by: str) -> Document:
    known = ("port", "protocol", "verdict", "reachable", "decided_by", "direction")
    return {**{name: service.get(name) for name in known}, "sentence": service.get("reason") or "", "by": by}


def encoded(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
