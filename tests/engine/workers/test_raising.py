"""A lab to play in, built by a process that is gone when it stands."""

from pathlib import Path

import msgspec
import pytest

from backend.engine.workers import NetworkTask, Template, WorkerError
from backend.engine.workers.raising import Raise
from backend.lab.hand import client
from backend.lab.hand.protocol import Status
from tests.engine.workers.running import LIMIT_S, PROGRAM, gone, on_loop
from tests.small import write_small_network

pytestmark = [pytest.mark.root, pytest.mark.serial]


async def raised(template: Template, place: Path, *routers: str) -> bool:
    worker = await template.fork("raising", Raise(str(place), routers))
    try:
        return msgspec.json.decode(await worker.receive(LIMIT_S), type=bool)
    finally:
        await worker.close()


@on_loop
async def test_the_lab_outlives_all_that_built_it(tmp_path: Path) -> None:
    place = tmp_path / "lab"
    template = await Template.start(
        "network", NetworkTask(str(write_small_network(tmp_path / "small"))), LIMIT_S, PROGRAM
    )
    try:
        assert await raised(template, place)
        assert not await raised(template, place)
    finally:
        await template.close()
    status = client.ask(place, Status())
    assert {machine["name"] for machine in status["machines"] if machine["kind"] == "router"} == {"gw-a", "gw-b"}
    client.end(place)
    await gone(status["pid"])


@on_loop
async def test_what_cannot_be_built_is_told(tmp_path: Path) -> None:
    template = await Template.start(
        "network", NetworkTask(str(write_small_network(tmp_path / "small"))), LIMIT_S, PROGRAM
    )
    try:
        with pytest.raises(WorkerError, match="'nowhere' is no router of this network") as refused:
            await raised(template, tmp_path / "lab", "nowhere")
    finally:
        await template.close()
    assert refused.value.is_said
    with pytest.raises(client.NotUpError):
        client.ask(tmp_path / "lab", Status())
