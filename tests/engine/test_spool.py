import asyncio
import os
from pathlib import Path

import pytest

from backend.engine.protocol import Code, EngineError
from backend.engine.spool import Limits, Spool
from tests.engine.workers.running import on_loop, until

ANN, BEN = ("ann", "session"), ("ben", None)
SMALL = Limits(bytes_=100, files=3)


async def spool(place: Path, limits: Limits = SMALL) -> Spool:
    made = Spool(place / "uploads", limits)
    await made.startup()
    return made


def left(place: Path) -> list[str]:
    return os.listdir(place / "uploads")


@on_loop
async def test_pieces_become_files_under_names_of_our_own(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    upload = await made.begin(ANN, "", None)
    assert await made.put(upload, "../../etc/passwd", 0, b"first") == 5
    assert await made.put(upload, "b", 0, b"other") == 5
    assert await made.put(upload, "../../etc/passwd", 5, b", second") == 13
    taken = await made.take(upload.id, ANN)
    assert [(name, Path(path).read_bytes()) for name, path in taken.parts] == [
        ("../../etc/passwd", b"first, second"),
        ("b", b"other"),
    ]
    directory = tmp_path / "uploads" / upload.id
    assert [Path(path).parent for _, path in taken.parts] == [directory, directory]
    assert (directory.parent.stat().st_mode & 0o777, directory.stat().st_mode & 0o777) == (0o700, 0o700)
    await made.remove(taken)
    assert left(tmp_path) == []


@on_loop
async def test_a_piece_that_is_missing_or_comes_twice_is_refused_and_the_upload_goes_on(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    upload = await made.begin(ANN, "", None)
    await made.put(upload, "a", 0, b"12345")
    for at in (0, 4, 6):
        with pytest.raises(EngineError, match="5 bytes of this file are here"):
            await made.put(upload, "a", at, b"x")
    assert await made.put(upload, "a", 5, b"6") == 6


@on_loop
async def test_another_s_upload_or_session_does_not_find_it(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    upload = await made.begin(ANN, "", None)
    for owner in (BEN, ("ann", "another session"), ("ann", None)):
        with pytest.raises(EngineError) as caught:
            made.find(upload.id, owner)
        assert caught.value.code == Code.NOT_FOUND


@on_loop
async def test_what_is_too_much_is_gone_at_once(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    with pytest.raises(EngineError) as caught:
        await made.begin(ANN, "", 101)
    assert (caught.value.code, caught.value.field) == (Code.TOO_LARGE, "bytes")
    upload = await made.begin(ANN, "", None)
    await made.put(upload, "a", 0, bytes(60))
    with pytest.raises(EngineError, match="MiB that an upload may have"):
        await made.put(upload, "b", 0, bytes(41))
    many = await made.begin(ANN, "", None)
    for name in "abc":
        await made.put(many, name, 0, b"")
    with pytest.raises(EngineError, match="more than 3 files"):
        await made.put(many, "d", 0, b"")
    assert left(tmp_path) == []
    with pytest.raises(EngineError, match="there is no such upload"):
        made.find(many.id, ANN)


@on_loop
async def test_less_than_was_announced_is_not_taken(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    upload = await made.begin(ANN, "", 10)
    await made.put(upload, "a", 0, b"123")
    with pytest.raises(EngineError, match="10 were announced, 3 have come"):
        await made.take(upload.id, ANN)
    assert left(tmp_path) == []


@on_loop
async def test_so_many_at_once_for_one_and_for_all(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    first = await made.begin(ANN, "", None)
    await made.begin(("ann", "other"), "", None)
    with pytest.raises(EngineError, match="ann sends 2 uploads") as caught:
        await made.begin(ANN, "", None)
    assert (caught.value.code, caught.value.retry_after_s) == (Code.BUSY, 2)
    for name in ("ben", "cid"):
        await made.begin((name, None), "", None)
    with pytest.raises(EngineError, match="everybody together"):
        await made.begin(("dan", None), "", None)
    await made.remove(first)
    await made.begin(("dan", None), "", None)


@on_loop
async def test_one_that_is_taken_is_found_by_nobody_and_still_counts(tmp_path: Path) -> None:
    made = await spool(tmp_path, Limits(at_once=1))
    upload = await made.begin(ANN, "", None)
    await made.take(upload.id, ANN)
    for again in (made.take(upload.id, ANN), made.put(upload, "a", 0, b"")):
        with pytest.raises(EngineError, match="there is no such upload"):
            await again
    with pytest.raises(EngineError, match="everybody together"):
        await made.begin(BEN, "", None)


@on_loop
async def test_what_nobody_goes_on_with_is_removed(tmp_path: Path) -> None:
    made = await spool(tmp_path, Limits(idle_s=0.05))
    running = asyncio.create_task(made.run())
    upload = await made.begin(ANN, "", None)
    await made.put(upload, "a", 0, b"1")
    await until(lambda: not left(tmp_path), "its removal")
    running.cancel()
    with pytest.raises(EngineError, match="there is no such upload"):
        made.find(upload.id, ANN)


@on_loop
async def test_a_start_and_an_end_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "uploads" / "of one that was killed").mkdir(parents=True)
    made = await spool(tmp_path)
    assert left(tmp_path) == []
    await made.put(await made.begin(ANN, "", None), "a", 0, b"1")
    await made.shutdown()
    assert not (tmp_path / "uploads").exists()


@on_loop
async def test_a_disk_that_takes_no_more_ends_the_upload_with_the_reason(tmp_path: Path) -> None:
    made = await spool(tmp_path)
    upload = await made.begin(ANN, "", None)
    (tmp_path / "uploads" / upload.id / "0").symlink_to("/dev/full")
    with pytest.raises(EngineError, match="No space left on device") as caught:
        await made.put(upload, "a", 0, b"1")
    assert caught.value.code == Code.UNAVAILABLE
    assert left(tmp_path) == []
