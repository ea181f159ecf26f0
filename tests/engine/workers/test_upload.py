from pathlib import Path

import msgspec
import pytest

from backend.engine.workers import Template
from backend.engine.workers.work import Contents, UnpackTask, UploadTask
from tests.engine.sent import GOOD, tar
from tests.engine.workers.running import LIMIT_S, on_loop

pytestmark = pytest.mark.serial


@on_loop
async def test_what_there_is_comes_first_and_then_the_files_in_pieces(tmp_path: Path) -> None:
    large = b"x" * (5 << 20)
    (tmp_path / "0").write_bytes(tar({**GOOD, "lab/large_facts.txt": large, "notes": b""}))
    template = await Template.start("upload", UploadTask(), LIMIT_S)
    worker = await template.fork("unpacking", UnpackTask([("sent.tar", str(tmp_path / "0"))], 16 << 20))
    said = [piece async for piece in worker.said(LIMIT_S)]
    contents = msgspec.json.decode(said[0], type=Contents)
    sizes = [("gw-a_facts.txt", 1), ("gw-b_facts.txt", 3000), ("large_facts.txt", 5 << 20)]
    assert contents == Contents(sizes, ["notes"], "lab")
    assert b"".join(said[1:]) == b"".join(GOOD.values()) + large
    wrong = await template.fork("unpacking", UnpackTask([("notes", str(tmp_path / "0"))], 1 << 20))
    (said_of_wrong,) = [piece async for piece in wrong.said(LIMIT_S)]
    assert "more than 1 MiB" in msgspec.json.decode(said_of_wrong, type=Contents).error
    await template.close()
