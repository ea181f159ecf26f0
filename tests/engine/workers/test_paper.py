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
    tasks = [
        msgspec.json.encode({"document": Raw(file.read_bytes()), "snapshot": None, "paper": "A4", "part": None})
        for file in (DOCUMENTS / "dropped.json", DOCUMENTS / "ipv6.json")
    ]
    for worker in [await template.fork("drawing", task) for task in tasks]:
        assert (await worker.receive(LIMIT_S)).startswith(b"%PDF-")
        assert await worker.ended() == "ended with code 0"
    document = Raw((DOCUMENTS / "dropped.json").read_bytes())
    for service, form, start in (("", "svg", b"<svg"), ("", "json", b'{"width"'), ("1/nothing", "svg", b"")):
        is_known = bool(start)
        task = msgspec.json.encode({"service": service, "form": form, "document": document})
        worker = await template.fork("picturing", task)
        picture = msgspec.json.decode(await worker.receive(LIMIT_S), type=Picture)
        assert (picture.drawn.startswith(start or b"?"), "1/nothing" in picture.error) == (is_known, not is_known)
    for form, start in (("json", b'{"width"'), ("svg", b"<svg"), ("png", b"\x89PNG")):
        task = msgspec.json.encode({"form": form, "document": {"routers": [{"name": "gw"}], "segments": []}})
        worker = await template.fork("mapping", task)
        assert msgspec.json.decode(await worker.receive(LIMIT_S), type=Picture).drawn.startswith(start)
    for part, is_known in (("summary", True), ("1/nothing", False)):
        task = msgspec.json.encode({"document": document, "snapshot": None, "paper": "Letter", "part": part})
        worker = await template.fork("parting", task)
        picture = msgspec.json.decode(await worker.receive(LIMIT_S), type=Picture)
        assert (picture.drawn.startswith(b"%PDF-"), "1/nothing" in picture.error) == (is_known, not is_known)
    worker = await template.fork("tabling", document)
    assert b"denied_forward" in msgspec.json.decode(await worker.receive(LIMIT_S), type=Picture).drawn
    wrong = await template.fork("drawing", b"{}")
    with pytest.raises(WorkerError) as caught:
        await wrong.receive(LIMIT_S)
    assert caught.value.is_said
    await template.close()
