from pathlib import Path

import pytest

from backend.engine.workers import PaperTask, Template, WorkerError
from tests.engine.workers.running import LIMIT_S, on_loop

pytestmark = pytest.mark.serial
DOCUMENTS = Path(__file__).parents[2] / "report" / "documents"


@on_loop
async def test_results_become_reports_each_in_a_process_of_its_own() -> None:
    template = await Template.start("paper", PaperTask(), LIMIT_S)
    workers = [
        await template.fork("drawing", (DOCUMENTS / f"{name}.json").read_bytes()) for name in ("dropped", "ipv6")
    ]
    for worker in workers:
        assert (await worker.receive(LIMIT_S)).startswith(b"%PDF-")
        assert await worker.ended() == "ended with code 0"
    wrong = await template.fork("drawing", b"{}")
    with pytest.raises(WorkerError) as caught:
        await wrong.receive(LIMIT_S)
    assert caught.value.is_said
    await template.close()
