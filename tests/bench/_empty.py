"""What gunicorn serves for benchmarks: the application, and below /empty a Flask that does nothing."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from backend.wsgi import app as tsim

empty = Flask("empty", static_folder=None)
empty.add_url_rule("/empty", "empty", lambda: "ok")


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    serving = empty if environ["PATH_INFO"] == "/empty" else tsim
    return serving(environ, start_response)
