import io

import pytest

from backend.engine.workers.entries import UNSUSPICIOUS, ArchiveError, Bounds, Entry, Meter, entries
from tests.engine.sent import GOOD, packings


@pytest.mark.parametrize("name", list(packings(GOOD)))
def test_what_stands_in_an_archive_comes_one_after_the_other(name: str) -> None:
    data = packings(GOOD)[name]
    meter = Meter(len(data), Bounds(1 << 20))

    def read(entry: Entry) -> tuple[str, str, bytes]:
        return entry.path, entry.kind, entry.read()

    found = [read(entry) for entry in entries(name, io.BytesIO(data), meter)]
    assert found == [(path, "file", content) for path, content in GOOD.items()]


def test_what_is_unpacked_is_counted() -> None:
    meter = Meter(1000, Bounds(2 * UNSUSPICIOUS, files=1))
    meter.count(bytes(UNSUSPICIOUS))
    with pytest.raises(ArchiveError, match="500-fold"):
        meter.count(b"x")
    large = Meter(UNSUSPICIOUS, Bounds(2 * UNSUSPICIOUS))
    large.count(bytes(2 * UNSUSPICIOUS))
    with pytest.raises(ArchiveError, match="more than 64 MiB"):
        large.count(b"x")
    meter.count_file()
    with pytest.raises(ArchiveError, match="more than 1 files"):
        meter.count_file()
