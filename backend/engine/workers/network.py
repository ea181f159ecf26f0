"""The template of a network: its facts are read, compiled and surveyed once, for all questions and all tests."""

from functools import partial
from pathlib import Path

import msgspec

from backend import sim
from backend.engine.workers import handed, testing
from backend.engine.workers.answering import answering
from backend.engine.workers.checking import checking
from backend.engine.workers.knowledge import Knowledge
from backend.engine.workers.raising import raising
from backend.engine.workers.serving import Loaded
from backend.engine.workers.trying import trying
from backend.engine.workers.work import NetworkTask
from backend.facts import read_directory
from backend.lab.build.compiled import STORE
from backend.lab.plan.survey import Survey
from backend.wire.topology import network_document, topology_document


def load(task: bytes) -> Loaded:
    directory = msgspec.json.decode(task, type=NetworkTask).directory
    reading = read_directory(Path(directory))
    network = reading.network
    known = Knowledge(network, sim.compile_network(network), Survey(network))
    ready = {
        "label": network.label,
        "digest": network.hash,
        "routers": len(network.routers),
        "diagnostics": reading.diagnostics,
        "document": network_document(network, reading.diagnostics),
        "topology": topology_document(network, reading.diagnostics),
    }
    works = {
        "answering": partial(answering, known),
        "testing": partial(testing.testing, known),
        "raising": partial(raising, known),
        "checking": partial(checking, known),
        "trying": partial(trying, known),
    }
    return Loaded(works, msgspec.json.encode(ready), lambda data: STORE.add(handed.decode(data)))
