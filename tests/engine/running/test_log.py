import asyncio

from backend.engine.running.log import Log
from tests.engine.running.stage import on_loop


async def read_all(log: Log, seq: int = 0) -> list[bytes]:
    """As somebody does who watches to the end."""
    found: list[bytes] = []
    while True:
        found += log.since(seq + len(found))
        if log.is_over:
            return found
        await log.changed()


@on_loop
async def test_each_reader_gets_all_from_its_place_on_however_late_it_begins() -> None:
    log = Log([b"1", b"2"])
    early, late = asyncio.create_task(read_all(log)), asyncio.create_task(read_all(log, 2))
    await asyncio.sleep(0)
    log.add([b"3"])
    await asyncio.sleep(0)
    log.add([b"4", b"5"])
    log.end()
    assert await early == [b"1", b"2", b"3", b"4", b"5"]
    assert await late == [b"3", b"4", b"5"]
    assert await read_all(log, 4) == [b"5"]


@on_loop
async def test_who_asks_for_more_than_there_is_gets_what_comes_after_that() -> None:
    log = Log([b"1"])
    ahead = asyncio.create_task(read_all(log, 2))
    await asyncio.sleep(0)
    log.add([b"2", b"3"])
    log.end()
    assert await ahead == [b"3"]
    assert log.seq == 3
