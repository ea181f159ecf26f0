"""Jobs that really run: predicted by the simulator, proved in labs."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import msgspec

from backend.jobs.asking import read_asked
from backend.jobs.event import Course, Event, Happening, happened, state_told
from backend.jobs.job import Asked, Job, ended, entered
from backend.jobs.moment import Moment
from backend.jobs.phase import WORKING, Phase
from backend.jobs.pipeline import Engines, run
from backend.jobs.progress import Entered, Found
from backend.jobs.state import Status
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability
from backend.model.network import Network
from backend.sim import Question, compile_network, reach


def now() -> Moment:
    return Moment(datetime.now(UTC), monotonic())


def engines_of(network: Network) -> Engines:
    compiled = compile_network(network)

    def predict(asked: Asked) -> Reachability:
        ends = asked.source, asked.destination
        return reach(compiled, Question(*ends, asked.services, asked.source_port, asked.gateway, asked.tos, asked.ttl))

    def prove(asked: Asked) -> Iterator[Progress | Reachability]:
        ends, path = (asked.source, asked.destination), asked.trace.path if asked.trace is not None else ()
        port, gateway = asked.source_port, asked.gateway
        yield from proving(Request(network, *ends, asked.services, port, gateway, path, asked.tos, asked.ttl))

    return Engines(predict, prove, now)


class Ran(msgspec.Struct):
    events: list[Event]
    results: list[Any]
    """As they were found, the last one at the end."""


def ran(network: Network, question: Mapping[str, Any], engines: Engines | None = None) -> Ran:
    """As the engine does it: events are numbered, phases entered, and a proof that fails ends the job."""
    job = Job("7f3a", "anna", read_asked(network, question, network.label, 100), now())
    job = entered(job, WORKING[job.asked.mode][0], now())
    seen = Ran([], [])
    course = _told(seen, Course(job.id, job.asked.mode), state_told(job))
    try:
        for item in run(job, engines or engines_of(network)):
            if isinstance(item, Found):
                seen.results.append(msgspec.json.decode(item.document))
                continue
            if isinstance(item, Entered):
                job = entered(job, item.phase, now())
            course = _told(seen, course, state_told(job) if isinstance(item, Entered) else item)
        end = Status.SUCCEEDED
    except LabError:
        end = Status.FAILED
    if job.state.phase is Phase.ANALYZE:
        job = entered(job, Phase.REPORT, now())
        course = _told(seen, course, state_told(job))
    _told(seen, course, state_told(ended(job, end, "", now())))
    return seen


def _told(seen: Ran, course: Course, what: Happening) -> Course:
    course, event = happened(course, what, now().time)
    seen.events.append(event)
    return course
