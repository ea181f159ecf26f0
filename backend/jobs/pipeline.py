"""A test from beginning to end: prediction, proof, and both side by side, told as it goes.

    for item in run(job, Engines(predict, prove, now)):
        …  # Entered: the next phase; Happening: something to tell; Found: what is known, to be kept

What is found whole comes while the lab still stands: to take that down takes its time.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct, structs

from backend.jobs.comparison import ServiceComparison, compare
from backend.jobs.event import EventState, Happening
from backend.jobs.job import Asked, Job
from backend.jobs.moment import Moment
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found, Item
from backend.jobs.result import Findings, Timed, comparison_document, result_document, summary_of
from backend.jobs.words import alone_data, compared, counted, proof_notes
from backend.lab.error import LabError
from backend.lab.forking import told
from backend.lab.proof.progress import Progress
from backend.model.answer import Reachability, ServiceAnswer
from backend.wire.answer import answer_document
from backend.wire.sentence import sentence
from backend.wire.services import spoken

PREDICTION, PROOF = "prediction", "proof"
Data = Mapping[str, Any]


class Engines(Struct, frozen=True):
    """Who predicts and who proves, and what time it is."""

    predict: Callable[[Asked], Reachability]
    prove: Callable[[Asked], Iterator[Progress | Reachability]]
    """The answer is the last that it says."""
    now: Callable[[], Moment]


def run(job: Job, engines: Engines) -> Iterator[Item]:
    """LabError, OSError or MemoryError where there is no proof; what was known until then has been said before."""
    running = _Run(job, engines)
    predicted = engines.predict(job.asked)
    yield from running.predicted(predicted)
    if job.asked.mode is Mode.PROVE:
        yield from running.prove(predicted)


def _notes(job: Job) -> Iterator[str]:
    """What there is to say before anything has been tested."""
    if job.attempt > 1:
        yield f"this is attempt {job.attempt}: the process of the one before ended without a word"
    if job.asked.trace is not None:
        yield from job.asked.trace.notes


class _Run:
    def __init__(self, job: Job, engines: Engines) -> None:
        self._job = job
        self._asked = job.asked
        self._engines = engines
        self._clock = engines.now
        self._phase = Phase.PREDICT
        self._began = self._phase_began = self._clock()
        self._timed: list[Timed] = []
        self._proved_services = 0
        self._findings = Findings({}, notes=list(_notes(job)))

    def predicted(self, predicted: Reachability) -> Iterator[Item]:
        count = len(predicted.services)
        for number, answer in enumerate(predicted.services, 1):
            yield self._progress(sentence(answer), self._known(answer, PREDICTION), number, count)
        for note in self._findings.notes:
            yield self._progress(note, {"note": note}, count, count)
        self._findings.prediction = Raw(msgspec.json.encode(answer_document(predicted)))
        found = self._found(is_whole=False)
        yield found  # first, for who asks for it as soon as the phase is said to be over
        yield self._finished(f"predicted: {counted(predicted)}")
        if self._asked.mode is Mode.PREDICT:
            yield structs.replace(found, is_whole=True)

    def prove(self, predicted: Reachability) -> Iterator[Item]:
        yield from self._entered(Phase.BUILD)
        try:
            for said in self._engines.prove(self._asked):
                yield from self._analyzed(predicted, said) if isinstance(said, Reachability) else self._heard(said)
        except (LabError, OSError, MemoryError) as error:
            reason = told(error)
            self._findings.notes.append(f"there is no proof: {reason}")
            yield Happening(self._phase, EventState.FAILED, f"there is no proof: {reason}", {"reason": reason})
            yield self._found(is_whole=False)
            raise

    def _heard(self, said: Progress) -> Iterator[Item]:
        """What the proof says of itself."""
        yield from self._entered(Phase(said.phase))
        data: Data = said.data
        if said.answer is not None:
            data = self._known(said.answer, PROOF)
            self._proved_services += 1
        elif said.router:
            data = alone_data(said.router, said.alone)
        yield self._progress(said.message, data, said.done, said.of)
        if said.answer is not None and self._proved_services == len(self._asked.services):
            yield self._found(is_whole=False)

    def _analyzed(self, predicted: Reachability, proved: Reachability) -> Iterator[Item]:
        yield from self._entered(Phase.ANALYZE)
        comparison = compare(predicted, proved, is_path_given=self._asked.trace is not None)
        by_service = {each.service: each for each in comparison.services}
        count = len(proved.services)
        for number, answer in enumerate(proved.services, 1):
            yield self._compared(answer, by_service[answer.service], number, count)
        self._findings.notes += proof_notes(proved)
        self._findings.proof = Raw(msgspec.json.encode(answer_document(proved)))
        self._findings.comparison = comparison
        yield self._finished(comparison.sentence, {"comparison": comparison_document(comparison)})
        yield self._found(is_whole=True)

    def _compared(self, answer: ServiceAnswer, comparison: ServiceComparison, number: int, count: int) -> Happening:
        data = self._known(answer, PROOF) | {"agreement": comparison.agreement.value, "why": comparison.why}
        return self._progress(compared(answer, comparison), data, number, count)

    def _known(self, answer: ServiceAnswer, by: str) -> dict[str, Any]:
        """What is known of a service last stands in the result; gives the same as data of an event."""
        summary = self._findings.summary[answer.service] = summary_of(answer, by)
        return {"service": spoken(answer.service), **summary}

    def _progress(self, message: str, data: Data, done: int, of: int) -> Happening:
        return Happening(self._phase, EventState.PROGRESS, message, data, done, of)

    def _finished(self, message: str, more: Data | None = None) -> Happening:
        data = {"took_s": round(self._timing().took_s, 6), **(more or {})}
        return Happening(self._phase, EventState.FINISHED, message, data)

    def _entered(self, phase: Phase) -> Iterator[Entered]:
        if phase is not self._phase:
            self._timed.append(self._timing())
            self._phase, self._phase_began = phase, self._clock()
            yield Entered(phase)

    def _timing(self) -> Timed:
        """Of the phase, until now."""
        return Timed(self._phase, self._phase_began.time, self._clock().since(self._phase_began))

    def _found(self, is_whole: bool) -> Found:
        self._findings.phases = (*self._timed, self._timing())
        started = self._job.started or self._began
        document = result_document(self._job, self._findings, started.time, self._clock().time)
        return Found(document, is_whole, self._findings.outcomes)
