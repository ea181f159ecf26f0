"""A test from beginning to end: prediction, proof, and both side by side, told as it goes.

for item in run(job, Engines(predict, prove, now)):
    …  # Entered: the next phase · Happening: something to tell · Found: what is known, to be kept
"""

from collections.abc import Callable, Iterator

import msgspec
from msgspec import Raw, Struct

from backend.jobs.comparison import compare
from backend.jobs.event import EventState, Happening
from backend.jobs.job import Asked, Job
from backend.jobs.moment import Moment
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found, Item
from backend.jobs.result import Findings, Timed, comparison_document, result_document, summary_of, told_of
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.model.answer import Reachability
from backend.wire.answer import answer_document
from backend.wire.sentence import router_phrase, sentence


class Engines(Struct, frozen=True):
    """Who predicts and who proves, and what time it is."""

    predict: Callable[[Asked], Reachability]
    prove: Callable[[Asked], Iterator[Progress | Reachability]]
    now: Callable[[], Moment]


def run(job: Job, engines: Engines) -> Iterator[Item]:
    """LabError when there is no proof; what was known until then has been told before."""
    yield from _Run(job, engines).items()


class _Run:
    def __init__(self, job: Job, engines: Engines) -> None:
        self._job = job
        self._engines = engines
        self._clock = engines.now
        self._began = self._clock()
        self._phase_began = self._began
        self._phase = Phase.PREDICT
        self._timed: list[Timed] = []
        self._findings = Findings({}, notes=list(job.asked.trace.notes if job.asked.trace else ()))

    def items(self) -> Iterator[Item]:
        predicted = self._engines.predict(self._job.asked)
        yield from self._predicted(predicted)
        if self._job.asked.mode is Mode.PREDICT:
            return
        try:
            for said in self._engines.prove(self._job.asked):
                # The lab is still there: what it found is told before it is taken down, which takes its time.
                yield from self._analyzed(predicted, said) if isinstance(said, Reachability) else self._progress(said)
        except LabError as error:
            yield Happening(self._phase, EventState.FAILED, f"there is no proof: {error}", {"reason": str(error)})
            self._findings.notes = (*self._findings.notes, f"There is no proof: {error}")
            yield self._found(is_whole=False)
            raise

    def _predicted(self, predicted: Reachability) -> Iterator[Item]:
        for number, answer in enumerate(predicted.services, 1):
            self._findings.summary[answer.service] = summary_of(answer, "prediction")
            yield Happening(
                Phase.PREDICT, EventState.PROGRESS, sentence(answer), told_of(answer, "prediction"), number,
                len(predicted.services),
            )  # fmt: skip
        self._findings.prediction = Raw(msgspec.json.encode(answer_document(predicted)))
        yield Happening(Phase.PREDICT, EventState.FINISHED, "predicted")
        yield self._found(is_whole=self._job.asked.mode is Mode.PREDICT)

    def _progress(self, said: Progress) -> Iterator[Item]:
        yield from self._entered(Phase(said.phase))
        data: dict[str, object] = {}
        if said.answer is not None:
            data = told_of(said.answer, "proof")
            self._findings.summary[said.answer.service] = summary_of(said.answer, "proof")
        if said.router:
            data = {
                "router": said.router,
                "alone": [
                    {"port": at.service.port or None, "protocol": at.service.protocol, "does": router_phrase(at.answer)}
                    for at in said.alone
                ],
            }
        if said.lines:
            data["lines"] = list(said.lines)
        yield Happening(self._phase, EventState.PROGRESS, said.message, data, said.done, said.of)

    def _analyzed(self, predicted: Reachability, proved: Reachability) -> Iterator[Item]:
        yield from self._entered(Phase.ANALYZE)
        for answer in proved.services:
            self._findings.summary[answer.service] = summary_of(answer, "proof")
            yield Happening(Phase.ANALYZE, EventState.PROGRESS, sentence(answer), told_of(answer, "proof"))
        compared = compare(predicted, proved, is_path_given=self._job.asked.trace is not None)
        self._findings.proof = Raw(msgspec.json.encode(answer_document(proved)))
        self._findings.comparison = compared
        yield Happening(
            Phase.ANALYZE, EventState.FINISHED, compared.sentence, {"comparison": comparison_document(compared)}
        )
        yield self._found(is_whole=True)

    def _entered(self, phase: Phase) -> Iterator[Item]:
        if phase is self._phase:
            return
        now = self._clock()
        self._timed.append(Timed(self._phase, self._phase_began.time, now.since(self._phase_began)))
        self._phase, self._phase_began = phase, now
        yield Entered(phase)

    def _found(self, is_whole: bool) -> Found:
        now = self._clock()
        current = Timed(self._phase, self._phase_began.time, now.since(self._phase_began))
        self._findings.phases = (*self._timed, current)
        started = self._job.started.time if self._job.started is not None else self._began.time
        return Found(result_document(self._job, self._findings, started, now.time), is_whole)
