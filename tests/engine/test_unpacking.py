import lzma
import zlib
from pathlib import Path

import pytest

from backend.engine.unpacking import ContentError, unpack
from tests.engine.sent import GOOD, packings, tar, zeros_in_tar
from tests.engine.workers.running import on_loop

pytestmark = pytest.mark.serial
MIB = 1 << 20


def kept(place: Path, data: bytes, name: str = "sent.tar") -> list[tuple[str, str]]:
    (place / "0").write_bytes(data)
    return [(name, str(place / "0"))]


def wide() -> bytes:
    """An .xz that asks for a dictionary of 4 GiB (The .xz File Format, 3.1 and 5.3.1)."""
    data = bytearray(lzma.compress(tar(GOOD)))
    end = 12 + 4 * data[12]
    data[16] = 40
    data[end : end + 4] = zlib.crc32(data[12:end]).to_bytes(4, "little")
    return bytes(data)


@on_loop
async def test_a_process_of_its_own_unpacks_it_and_is_gone(tmp_path: Path) -> None:
    large = {"lab/large_facts.txt": b"0123456789" * MIB, "lab/none_facts.txt": b"", **GOOD, "lab/README": b""}
    found = await unpack(kept(tmp_path, packings(large)["lab.tar"]), 64 * MIB)
    assert found.files == {name.removeprefix("lab/"): content for name, content in large.items() if "facts" in name}
    assert (found.ignored, found.name) == (["lab/README"], "lab")


@on_loop
async def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^broken.tar: it is no archive"):
        await unpack(kept(tmp_path, b"x" * 5000, "broken.tar"), MIB)
    with pytest.raises(ContentError, match=r"^zeros.tar.gz: it is more than 16 MiB when it is unpacked"):
        await unpack(kept(tmp_path, zeros_in_tar("x_facts.txt", 64 * MIB), "zeros.tar.gz"), 16 * MIB)
    with pytest.raises(ContentError, match=r"^it takes longer than 0 s"):
        await unpack(kept(tmp_path, tar(GOOD)), MIB, timeout_s=0)


@on_loop
async def test_one_that_needs_more_memory_than_it_may_is_ended(tmp_path: Path) -> None:
    data = wide()
    with pytest.raises(ContentError, match=r"more memory than"):
        await unpack(kept(tmp_path, data, "wide.tar.xz"), MIB)
