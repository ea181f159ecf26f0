"""A whole test in this process: predicted, proved and compared, as the engine's tests are. Nothing of it is kept."""

import getpass
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

from backend.cli.error import FailureError
from backend.cli.who import Document, Hear
from backend.jobs.job import Asked, Job
from backend.jobs.moment import Moment
from backend.jobs.pipeline import Engines, run
from backend.jobs.progress import Entered, Found
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability
from backend.model.network import Network
from backend.sim import CompiledNetwork, Question, reach


def tested(compiled: CompiledNetwork, network: Network, asked: Asked, hear: Hear) -> Document:
    question = Question(
        asked.source, asked.destination, asked.services, asked.source_port, asked.gateway, asked.tos, asked.ttl
    )
    path = asked.trace.path if asked.trace is not None else ()
    request = Request(
        network, asked.source, asked.destination, asked.services, asked.source_port, asked.gateway, path,
        asked.tos, asked.ttl,
    )  # fmt: skip
    engines = Engines(lambda _: reach(compiled, question), lambda _: _proving(request), _now)
    job = Job(secrets.token_hex(4), _user(), asked, _now())
    document = b""
    try:
        for item in run(job, engines):
            if isinstance(item, Found):
                document = item.document
            elif not isinstance(item, Entered):
                hear(item.message)
    except LabError as error:
        raise FailureError(str(error)) from None
    result: Document = json.loads(document)
    return result


def _proving(request: Request) -> Iterator[Progress | Reachability]:
    yield from proving(request)


def _now() -> Moment:
    return Moment(datetime.now(UTC), monotonic())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return "nobody"
