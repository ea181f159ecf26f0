from pathlib import Path

import msgspec
import pytest

from backend.engine.workers import NetworkTask, Template, Why, WorkerError
from backend.facts import read_directory
from backend.wire.topology import network_document, topology_document
from tests.engine.workers.running import LIMIT_S, on_loop
from tests.small import write_small_network

pytestmark = pytest.mark.serial


@on_loop
async def test_it_says_what_it_has_read(tmp_path: Path) -> None:
    facts = write_small_network(tmp_path / "small")
    (facts / "broken_facts.txt").write_text("rubbish\n")
    reading = read_directory(facts)
    template = await Template.start("network", NetworkTask(str(facts)), LIMIT_S)
    said = msgspec.json.decode(template.ready)
    await template.close()
    assert (said["label"], said["digest"], said["routers"]) == (reading.network.label, reading.network.hash, 2)
    assert reading.diagnostics
    assert [each["file"] for each in said["diagnostics"]] == [each.file for each in reading.diagnostics]
    assert said["document"] == plain(network_document(reading.network, reading.diagnostics))
    assert said["topology"] == plain(topology_document(reading.network, reading.diagnostics))


def plain(document: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(document))


@pytest.mark.parametrize("what", ["", "empty", "unreadable"])
def test_facts_that_cannot_be_read_are_named(tmp_path: Path, what: str) -> None:
    @on_loop
    async def refused() -> None:
        folder = tmp_path / "facts"
        if what:
            folder.mkdir()
        if what == "unreadable":
            (folder / "a_facts.txt").mkdir()
        with pytest.raises(WorkerError) as caught:
            await Template.start("network", NetworkTask(str(folder)), LIMIT_S)
        assert caught.value.why is Why.FAILED
        assert str(folder) in str(caught.value)

    refused()


@on_loop
async def test_two_networks_answer_beside_each_other(tmp_path: Path) -> None:
    found = []
    question = b'{"call": "trace", "question": {"source": "10.0.1.50", "destination": "10.0.2.1"}}'
    for name in ("one", "other"):
        facts = write_small_network(tmp_path / name)
        template = await Template.start("network", NetworkTask(str(facts)), LIMIT_S)
        worker = await template.fork("answering", b"")
        found.append((template, msgspec.json.decode(await worker.ask(question, LIMIT_S))["result"]["network"]))
    for template, _ in found:
        await template.close()
    assert [network.partition("@")[0] for _, network in found] == ["one", "other"]
