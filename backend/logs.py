"""Lines of a log: as text, or as an object of JSON in each, with the request, user and job that it is about.

It must not import anything of the rest: gunicorn loads it before eventlet has patched what others take from there.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

TEXT = "%(asctime)s {} %(levelname)s %(message)s"
ABOUT = ("request", "user", "job")

about: list[Callable[[], Mapping[str, str]]] = []
"""Each says what this process is at just now, by the words of ABOUT."""


class Json(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": record.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for each in about:
            line |= each()
        line |= {name: getattr(record, name) for name in ABOUT if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def formatter(process: str, format_: str) -> logging.Formatter:
    return Json(process) if format_ == "json" else logging.Formatter(TEXT.format(process))


def settings(process: str, format_: str, level: str) -> dict[str, Any]:
    """For logging.config.dictConfig. Not what gunicorn says of each request: addresses with what people typed there."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "process": process, "format_": format_}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": level.upper(), "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
