"""A test: predicted with what the template knows, then proved in this very process, in namespaces of its own."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from threading import Thread
from time import monotonic

from backend import sim
from backend.engine.workers import handed
from backend.engine.workers.answering import question_of
from backend.engine.workers.child import Channel
from backend.engine.workers.knowledge import Knowledge
from backend.jobs.job import Asked
from backend.jobs.moment import Moment
from backend.jobs.pipeline import Engines, run
from backend.jobs.record import decode_job, encode_item
from backend.lab.build.compiled import STORE
from backend.lab.proof.progress import Progress
from backend.lab.proof.prove import Request, proof_here
from backend.model.answer import Reachability

Said = Progress | Reachability


def testing(known: Knowledge, channel: Channel, task: bytes) -> None:
    gc.disable()  # the process is short, and what it keeps is kept to the end
    job = decode_job(task)
    with ExitStack() as labs:
        engines = Engines(
            predict=lambda asked: sim.reach(known.compiled, question_of(asked)),
            prove=partial(_proving, known, channel, labs),
            now=lambda: Moment(datetime.now(UTC), monotonic()),
        )
        for item in run(job, engines):
            channel.send(encode_item(item))


def _proving(known: Knowledge, channel: Channel, labs: ExitStack, asked: Asked) -> Iterator[Said]:
    """What a proof says while a thread makes it; its labs stand until all has been told."""
    path = asked.trace.path if asked.trace else ()
    request = Request(
        known.network, asked.source, asked.destination, asked.services, asked.source_port, asked.gateway, path,
        asked.tos, asked.ttl,
    )  # fmt: skip
    said: SimpleQueue[Said | Exception] = SimpleQueue()
    proof = labs.enter_context(proof_here(request, said.put, known.survey))

    def prove() -> None:
        try:
            said.put(proof.found())
        except Exception as error:  # noqa: BLE001 - the edge of a thread; raised by who asks
            said.put(error)

    Thread(target=prove, daemon=True).start()
    while True:
        each = said.get()
        if isinstance(each, Exception):
            raise each
        if isinstance(each, Reachability):
            _hand_back(channel)  # who has the whole answer may not wait for anything more
            yield each
            return
        yield each


def _hand_back(channel: Channel) -> None:
    fresh = STORE.taken()
    if fresh:
        channel.hand_back(handed.encode(fresh))
