import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from backend.engine.paper import Paper
from backend.engine.workers.error import Why, WorkerError
from backend.store.networks import NetworkRecord
from tests.engine.workers.running import children, gone, on_loop, until
from tests.report.hostile import huge
from tests.report.reading import text
from tests.report.results import NAMES, read

DOCUMENT = msgspec.json.encode(read(NAMES[0]))
pytestmark = pytest.mark.serial


@asynccontextmanager
async def paper() -> AsyncIterator[Paper]:
    with tempfile.TemporaryDirectory() as fonts:
        made = Paper(Path(fonts))
        try:
            yield made
        finally:
            await made.shutdown()


@on_loop
async def test_what_is_known_of_fonts_is_kept_in_its_own_place(tmp_path: Path) -> None:
    made = Paper(tmp_path / "fonts")
    try:
        await made.drawn(DOCUMENT)
    finally:
        await made.shutdown()
    assert os.listdir(tmp_path / "fonts")


@on_loop
async def test_a_lock_of_fonts_that_a_killed_process_left_is_in_nobodys_way(tmp_path: Path) -> None:
    lock = tmp_path / "fontlist-v390.json.matplotlib-lock"
    lock.touch()
    made = Paper(tmp_path)
    try:
        await made.drawn(DOCUMENT)
    finally:
        await made.shutdown()
    assert not lock.exists()


@on_loop
async def test_a_result_is_drawn_and_its_process_goes() -> None:
    async with paper() as made:
        made.startup()
        pages = await asyncio.gather(*(made.drawn(DOCUMENT) for _ in range(3)))
        assert all(pdf.startswith(b"%PDF") for pdf in pages)
        (template,) = children(os.getpid())
        await until(lambda: not children(template), "the end of those that drew")


@on_loop
async def test_the_ways_of_a_service_are_a_picture() -> None:
    async with paper() as made:
        assert (await made.pictured(DOCUMENT, "", "svg")).drawn.startswith(b"<svg")
        assert "9/udp" in (await made.pictured(DOCUMENT, "9/udp", "png")).error
        assert (await made.mapped(Raw(b"{}"), "svg")).drawn.startswith(b"<svg")


@on_loop
async def test_a_report_says_what_is_kept_of_the_facts(tmp_path: Path) -> None:
    kept = NetworkRecord("demo@1", "demo", "5498" * 16, datetime(2026, 6, 30, tzinfo=UTC), "anna", "upload", 9, 12)
    asked: list[str] = []

    def known(label: str) -> NetworkRecord:
        asked.append(label)
        return kept

    made = Paper(tmp_path, known)
    try:
        said = text((await made.parted(DOCUMENT, "letter", "summary")).drawn)
    finally:
        await made.shutdown()
    assert asked == [read(NAMES[0])["network"]]
    assert "2026-06-30 00:00:00 UTC by anna, upload" in said
    assert "1 day at the end of the test" in said


@on_loop
async def test_after_its_process_was_killed_it_is_loaded_again() -> None:
    async with paper() as made:
        await made.drawn(DOCUMENT)
        (template,) = children(os.getpid())
        os.kill(template, signal.SIGKILL)
        await gone(template)
        assert (await made.drawn(DOCUMENT)).startswith(b"%PDF")


@on_loop
async def test_one_that_is_killed_over_a_report_is_tried_once_more_and_then_told() -> None:
    async with paper() as made:
        await made.drawn(DOCUMENT)
        (template,) = children(os.getpid())
        await until(lambda: not children(template), "the end of the one that drew")
        drawing = asyncio.create_task(made.drawn(DOCUMENT))
        await _kill_next(template)
        assert (await drawing).startswith(b"%PDF")
        await until(lambda: not children(template), "the end of the one that drew")
        drawing = asyncio.create_task(made.drawn(DOCUMENT))
        first = await _kill_next(template)
        await _kill_next(template, first)
        with pytest.raises(WorkerError, match="SIGKILL") as caught:
            await drawing
        assert caught.value.why is Why.DIED


@on_loop
async def test_what_is_no_result_is_told_and_the_next_one_is_drawn() -> None:
    async with paper() as made:
        with pytest.raises(WorkerError) as caught:
            await made.drawn(b'{"no": "result"}')
        assert caught.value.is_said
        assert (await made.drawn(DOCUMENT)).startswith(b"%PDF")


@on_loop
async def test_it_may_be_ended_while_it_loads_and_before() -> None:
    async with paper() as made:
        made.startup()
        await until(lambda: children(os.getpid()), "its process")
    async with paper():
        pass


@on_loop
async def test_who_does_not_wait_for_a_report_ends_its_process() -> None:
    async with paper() as made:
        await made.drawn(DOCUMENT)
        (template,) = children(os.getpid())
        await until(lambda: not children(template), "the end of the one that drew")
        takes_long = msgspec.json.encode(huge(services=60, letters=200))
        drawing = asyncio.create_task(made.drawn(takes_long))
        process = await _next(template)
        await until(lambda: _ticks(process) > 0, "it to draw")
        os.kill(process, signal.SIGSTOP)
        drawing.cancel()
        await gone(process)


async def _kill_next(template: int, before: int = 0) -> int:
    """It has drawn nothing: this loop would have to go on before it gets its document."""
    process = await _next(template, before)
    os.kill(process, signal.SIGKILL)
    return process


async def _next(template: int, before: int = 0) -> int:
    """As soon as it is there, which is looked at in each turn of the loop. `before`: that one may not be reaped yet."""
    async with asyncio.timeout(20):
        while not (found := [child for child in children(template) if child != before]):
            await asyncio.sleep(0)
    return found[0]


def _ticks(process: int) -> int:
    """That it has worked (utime in proc_pid_stat(5))."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11])
