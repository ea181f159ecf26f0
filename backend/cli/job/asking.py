"""Asking the engine for tests. What it refuses is told at once: nobody else has them."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from backend.cli.command import Shell
from backend.cli.error import FailureError, UsageError
from backend.cli.who import Document
from backend.engine.protocol import Code, EngineError

T = TypeVar("T")
HINT = "; old ones are removed, and `job list` shows all that there are"


def ask(shell: Shell, call: str, job: str, **more: str) -> Document:
    document: Document = told(lambda: shell.link.ask(call, job=job, **more))
    return document


def frames(shell: Shell, job: str) -> Iterator[Document]:
    """What happens to it, to its end: `job` with a `snapshot` first, then each `event`, or its `place`."""
    watched = shell.link.events("watch", job=job)
    while (frame := told(lambda: next(watched, None))) is not None:
        yield frame


def status_of(frame: Document, before: str = "") -> str:
    """Which one the test has then; as before where that is not said."""
    data = frame["event"]["data"] if "event" in frame else frame.get("job", {})
    return str(data.get("status", before))


def told(work: Callable[[], T]) -> T:
    try:
        return work()
    except EngineError as error:
        raise refusal(error) from None


def refusal(error: EngineError) -> Exception:
    if error.code == Code.NOT_FOUND and error.field == "job":
        return UsageError(f"{error}{HINT}")
    if error.code == Code.BAD_VALUE:
        return UsageError(str(error))
    again = f"; try again in {error.retry_after_s:.0f} s" if error.retry_after_s else ""
    return FailureError(f"{error}{again}")
