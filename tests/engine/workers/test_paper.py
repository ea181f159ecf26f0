from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from backend.engine.workers import PaperTask, Template, WorkerError
from backend.engine.workers.work import Picture
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
    document = Raw((DOCUMENTS / "dropped.json").read_bytes())
    for service, is_known in (("", True), ("1/nothing", False)):
        task = msgspec.json.encode({"service": service, "form": "svg", "document": document})
        worker = await template.fork("picturing", task)
        picture = msgspec.json.decode(await worker.receive(LIMIT_S), type=Picture)
        assert (picture.drawn.startswith(b"<svg"), "1/nothing" in picture.error) == (is_known, not is_known)
    for form, start in (("json", b'{"width"'), ("svg", b"<svg"), ("png", b"\x89PNG")):
        task = msgspec.json.encode({"form": form, "document": {"routers": [{"name": "gw"}], "segments": []}})
        worker = await template.fork("mapping", task)
        assert msgspec.json.decode(await worker.receive(LIMIT_S), type=Picture).drawn.startswith(start)
    wrong = await template.fork("drawing", b"{}")
    with pytest.raises(WorkerError) as caught:
        await wrong.receive(LIMIT_S)
    assert caught.value.is_said
    await template.close()
