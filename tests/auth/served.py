"""The server itself, in a thread, with a check of the test's own."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.auth.check import Check
from backend.auth.place import Place
from backend.auth.server import Limits, Server


@contextmanager
def served(path: Path, check: Check, askers: tuple[int, ...] | None = None, **limits: object) -> Iterator[Server]:
    place = Place(path)
    server = Server(place.take(), check, askers or (os.geteuid(),), Limits(**limits))  # type: ignore[arg-type]
    server.startup()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(30)
        server.shutdown()
        place.leave()
