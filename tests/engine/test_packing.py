import gzip
import io
import os
import tarfile

from backend.engine.packing import packed
from backend.engine.workers.archive import Sent, unpacked
from backend.engine.workers.entries import Bounds

FILES = {"gw-b_facts.txt": os.urandom(2 << 20), "gw-a_facts.txt": b"a" * 513, "hosts.toml": b""}


def test_the_same_facts_give_the_same_bytes_however_they_came() -> None:
    pieces = list(packed(FILES, "lab"))
    assert len(pieces) > 3
    assert b"".join(packed(dict(reversed(FILES.items())), "lab")) == b"".join(pieces)


def test_what_is_packed_can_be_unpacked_by_others_and_sent_again() -> None:
    data = b"".join(packed(FILES, "lab"))
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(data))) as archive:
        assert archive.getnames() == ["lab/gw-a_facts.txt", "lab/gw-b_facts.txt", "lab/hosts.toml"]
        assert {(each.mtime, each.uid, each.mode) for each in archive} == {(0, 0, 0o644)}
    found = unpacked([Sent("sent", io.BytesIO(data), len(data))], Bounds(8 << 20))
    assert (found.files, found.name) == (FILES, "lab")


def test_a_name_that_is_no_text_stays_as_it_is() -> None:
    name = "\udcff_facts.txt"
    data = b"".join(packed({name: b""}, "lab"))
    with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as archive:
        assert archive.getnames() == [f"lab/{name}"]
