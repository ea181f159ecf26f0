"""The engine is killed, and its processes are: no test is lost, none is done twice, and nothing stays. A few of each
kind here; `make crash` goes on with a hundred.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.kills import KINDS
from tests.crash.trial import Trial, trial

pytestmark = [pytest.mark.root, pytest.mark.serial]
A_FEW = (
    "engine in build",
    "engine queued",
    "engine while it draws",
    "testing in analyze",
    "drawing",
    "network template",
    "paper template",
    "answering",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder: Path = tmp_path_factory.mktemp("crash")
    with trial(folder) as one:
        yield one


@pytest.mark.parametrize("kind", A_FEW)
def test_no_test_is_lost_or_done_twice_and_nothing_stays(running: Trial, kind: str) -> None:
    KINDS[kind](running, random.Random(kind))
    running.ended()
