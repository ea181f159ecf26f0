"""A test by the engine: submitted, watched, and its result taken as soon as it is whole. A proof is one."""

from backend.cli.error import BeyondError, FailureError, UsageError
from backend.cli.who import Document, Hear
from backend.cli.who.link import Link
from backend.engine.protocol import Code, EngineError
from backend.wire.question import QuestionError
from backend.wire.services import read_services


def proved(link: Link, question: Document, hear: Hear) -> Document:
    """EngineError, or FailureError with the reason of a test that failed."""
    result = tested(link, question, hear)
    document: Document = result["proof"]
    document["assumptions"] += result["notes"]
    return document


def tested(link: Link, question: Document, hear: Hear) -> Document:
    """The result document. EngineError, FailureError."""
    job = _submitted(link, question)
    try:
        _wait(link, job, hear)
    except KeyboardInterrupt:
        link.ask("cancel", job=job)
        raise
    result: Document = link.ask("result", job=job)
    return result


def _submitted(link: Link, question: Document) -> str:
    try:
        return str(link.ask("submit", question=question)["id"])
    except EngineError as error:
        if error.code == Code.BUSY:  # to prove it here all the same would be to push in front
            raise FailureError(str(error)) from None
        if error.code == Code.BAD_VALUE and error.field == "services":
            _check_services(question, error)
        raise


def _check_services(question: Document, error: EngineError) -> None:
    """The engine takes fewer at once than there may be."""
    try:
        read_services(question["services"])
    except QuestionError as wrong:
        raise UsageError(str(wrong)) from None
    raise BeyondError(f"the engine takes no more: {error}") from None


def _wait(link: Link, job: str, hear: Hear) -> None:
    """Until the result is whole: that is before the report is drawn."""
    for said in link.events("watch", job=job):
        if "place" in said:
            hear(f"      waits at position {said['place']['position']}")
        event = said.get("event") or said.get("snapshot")
        if event is not None:
            hear(f"{event['percent']:>3}%  {event['message']}")
            if event["phase"] in ("report", "done"):
                break
    job_now = link.ask("job", job=job)
    status, reason = job_now["status"], job_now["reason"]
    if status == "failed":
        raise FailureError(reason)
    if status not in ("running", "succeeded"):
        raise FailureError(f"the test {'has' if status == 'expired' else 'was'} {status}: {reason}")
