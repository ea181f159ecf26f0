import pytest

from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.probe.token import Way
from backend.lab.process import Pipe
from backend.lab.proof.alone import Bench, Case
from backend.lab.proof.prove import OPENING
from tests.lab.proof.small import NETWORK, in_process, syn

pytestmark = [pytest.mark.root, pytest.mark.serial]


def benched(pipe: Pipe, task: object) -> None:
    bench = Bench(Survey(NETWORK), ["one", "two"], Tracing((4,), OPENING))
    cases = [Case(0, Way.FORWARD, "one", "lan", syn(0)), Case(1, Way.FORWARD, "one", "lan", syn(1, port=22))]
    cases += [Case(0, Way.FORWARD, "two", "down", syn(0, ttl=63))]
    found = bench.found(cases)
    left = {key: each.visit.left.device if each.visit.left is not None else None for key, each in found.items()}
    pipe.send((left, {key: each.judgement.verdict for key, each in found.items()}))


def test_each_router_alone_does_what_its_rules_say() -> None:
    left, verdicts = in_process(benched)
    assert left == {(0, "forward", "one"): "up", (1, "forward", "one"): None, (0, "forward", "two"): "srv"}
    assert list(verdicts.values()) == ["accepted", "denied_forward", "accepted"]
