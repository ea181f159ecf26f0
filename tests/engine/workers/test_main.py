import ast
import subprocess
import sys
from pathlib import Path

import pytest

import backend.engine.workers
from backend.engine.workers import PaperTask, Template, WorkerError
from tests.engine.workers.running import LIMIT_S, on_loop

HEAVY = ("backend.sim", "backend.facts", "backend.lab", "backend.report", "backend.jobs", "matplotlib", "reportlab")
ON_THE_LOOP = "import sys, backend.engine.workers; print(*[name for name in {} if name in sys.modules])"


def test_the_engine_loads_nothing_of_what_its_processes_do() -> None:
    done = subprocess.run([sys.executable, "-c", ON_THE_LOOP.format(HEAVY)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_nothing_that_a_process_says_is_unpickled() -> None:
    for file in Path(backend.engine.workers.__file__).parent.glob("*.py"):
        names = {alias.name for node in ast.walk(ast.parse(file.read_text())) for alias in getattr(node, "names", [])}
        assert not names & {"pickle", "marshal", "shelve"}, file


@pytest.mark.serial
@on_loop
async def test_there_are_two_kinds() -> None:
    with pytest.raises(WorkerError, match="there is no template 'other'"):
        await Template.start("other", PaperTask(), LIMIT_S)
    with pytest.raises(WorkerError, match="there is no directory"):
        await Template.start("network", b'{"directory": "/nowhere"}', LIMIT_S)
    template = await Template.start("paper", PaperTask(), LIMIT_S)
    await template.close()
