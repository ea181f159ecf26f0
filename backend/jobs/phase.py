"""The phases of a job, in the order in which it goes through them."""

from enum import StrEnum


class Mode(StrEnum):
    PREDICT = "predict"
    """The simulator's answer only."""
    PROVE = "prove"


class Phase(StrEnum):
    QUEUED = "queued"
    PREDICT = "predict"
    BUILD = "build"
    SERVICES = "services"
    TEST = "test"
    ANALYZE = "analyze"
    REPORT = "report"
    DONE = "done"


BEGINS: dict[Phase, str] = {
    Phase.PREDICT: "the prediction begins",
    Phase.BUILD: "the lab is being built",
    Phase.SERVICES: "the services are started",
    Phase.TEST: "the test begins",
    Phase.ANALYZE: "prediction and proof are compared",
    Phase.REPORT: "the report is drawn",
}
"""As one says it to who watches."""

WORKING: dict[Mode, tuple[Phase, ...]] = {
    Mode.PREDICT: (Phase.PREDICT,),
    Mode.PROVE: (Phase.PREDICT, Phase.BUILD, Phase.SERVICES, Phase.TEST, Phase.ANALYZE, Phase.REPORT),
}
"""The phases in which a job of each mode runs. One that has nothing to do is left out."""

RESULT = {Mode.PREDICT: Phase.PREDICT, Mode.PROVE: Phase.ANALYZE}
"""The phase that makes the result: a job whose report fails has succeeded all the same."""


def has_result(mode: Mode, phase: Phase) -> bool:
    """Whether the result is there when this phase ends well."""
    order = WORKING[mode]
    return phase in order and order.index(phase) >= order.index(RESULT[mode])
