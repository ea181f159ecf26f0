import gzip
import io
import lzma
import random
import tarfile
import zipfile

import pytest

from backend.engine.workers.archive import Sent, Unpacked, shown, unpacked
from backend.engine.workers.entries import ArchiveError, Bounds
from tests.engine.sent import GOOD, encrypted, link_in_zip, member, packings, tar, zeros_in_tar, zipped

MIB = 1 << 20
FACTS = {"gw-a_facts.txt": b"a", "gw-b_facts.txt": b"b" * 3000}


def unpack(data: bytes, name: str = "sent.tar", **bounds: int) -> Unpacked:
    sent = Sent(name, io.BytesIO(data), len(data))
    return unpacked([sent], Bounds(**{"bytes_": 64 * MIB, **bounds}))


def refused(data: bytes, name: str = "sent.tar", **bounds: int) -> str:
    with pytest.raises(ArchiveError) as caught:
        unpack(data, name, **bounds)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 500
    return text


@pytest.mark.parametrize("name", list(packings(GOOD)))
@pytest.mark.parametrize("before", ["", "./", "lab/", "./lab/"])
def test_each_kind_is_taken_with_a_directory_around_the_files_or_none(name: str, before: str) -> None:
    files = {before + file: content for file, content in FACTS.items()}
    found = unpack(packings(files)[name], name)
    assert (found.files, found.ignored, found.name) == (FACTS, [], "lab")


def test_a_file_of_facts_is_taken_as_it_is() -> None:
    found = unpack(b"facts", "gw-a_facts.txt")
    assert (found.files, found.name) == ({"gw-a_facts.txt": b"facts"}, "gw-a")


def test_several_files_are_one_network() -> None:
    sent = [Sent(name, io.BytesIO(data), len(data)) for name, data in [*FACTS.items(), ("hosts.toml", b"")]]
    assert unpacked(sent, Bounds(MIB)).files == {**FACTS, "hosts.toml": b""}
    with pytest.raises(ArchiveError, match=r"gw-a_facts.txt.* stands in it twice"):
        unpacked([*sent, Sent("again.tar", io.BytesIO(tar(GOOD)), 1)], Bounds(MIB))


def test_what_stands_beside_the_facts_is_named() -> None:
    others = {"lab/README": b"", "__MACOSX/lab/._gw-a_facts.txt": b"x", "other/hosts.toml": b"", "lab/a\nb": b""}
    found = unpack(tar({**GOOD, "lab/hosts.toml": b"h", **others}, member("lab/x", tarfile.SYMTYPE, "/etc/passwd")))
    assert found.files == {**FACTS, "hosts.toml": b"h"}
    assert sorted(found.ignored) == [
        "__MACOSX/lab/._gw-a_facts.txt", "lab/README", "lab/a\\nb", "lab/x", "other/hosts.toml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["/etc/x_facts.txt", "../x_facts.txt", "lab/../../x_facts.txt", "lab\\x_facts.txt", "a\nb_facts.txt",
     "\x1b[2J_facts.txt", "a/b/x_facts.txt", "y" * 250 + "_facts.txt"],
)  # fmt: skip
@pytest.mark.parametrize("pack", [tar, zipped])
def test_names_that_lead_elsewhere_or_cannot_be_shown_are_refused(name: str, pack: object) -> None:
    assert callable(pack)
    refused(pack({**GOOD, name: b""}))
    refused(pack({name: b""}))


def test_names_that_are_no_text_are_refused() -> None:
    assert "\\udcff" in refused(tar({b"\xff_facts.txt".decode("utf-8", "surrogateescape"): b""}))


def test_facts_in_several_directories_are_refused() -> None:
    assert "'a', 'b'" in refused(tar({"a/x_facts.txt": b"", "b/y_facts.txt": b""}))


@pytest.mark.parametrize(
    ("kind", "word"),
    [(tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "link"), (tarfile.CHRTYPE, "device"), (tarfile.FIFOTYPE, "device")],
)
def test_links_and_devices_are_no_facts(kind: bytes, word: str) -> None:
    assert f"x_facts.txt is no file but a {word}" in refused(tar(GOOD, member("x_facts.txt", kind, "/etc/passwd")))


def test_links_in_zips_are_none_either() -> None:
    assert "no file but a link" in refused(link_in_zip("x_facts.txt"))


def test_holes_are_not_filled() -> None:
    sparse = member("x_facts.txt")
    sparse.pax_headers = {"GNU.sparse.size": str(1 << 60), "GNU.sparse.map": "0,0"}
    buffer = sparse.tobuf(tarfile.PAX_FORMAT) + bytes(1024)
    assert "sparse" in refused(buffer)


def test_the_same_name_twice_is_refused() -> None:
    assert "stands in it twice" in refused(tar(GOOD, member("lab/gw-a_facts.txt")))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped({"a_facts.txt": b"1"}, zipfile.ZipInfo("a_facts.txt"))
    assert "stands in it twice" in refused(twice)


def test_what_is_encrypted_is_refused() -> None:
    assert "encrypted" in refused(encrypted(), "lab.zip")


def test_a_gigabyte_of_zeros_is_not_unpacked() -> None:
    for name in ("x_facts.txt", "beside"):
        data = zeros_in_tar(name, 1 << 30)
        assert "more than 16 MiB when it is unpacked" in refused(data, "zeros.tar.gz", bytes_=16 * MIB)
        assert "packed more than 500-fold" in refused(zeros_in_tar(name, 64 * MIB), "zeros.tar.gz")
    zeros = zipped({"x_facts.txt": bytes(48 * MIB)})
    assert "packed more than 500-fold" in refused(zeros, "zeros.zip")


def test_what_a_zip_says_of_its_sizes_is_not_believed() -> None:
    data = bytearray(zipped({"x_facts.txt": bytes(3 * MIB)}))
    at = data.index(b"PK\1\2")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    refused(bytes(data), "liar.zip", bytes_=2 * MIB)


def test_more_files_than_may_be_are_refused() -> None:
    assert "more than 10 files" in refused(tar({f"x{number}": b"" for number in range(11)}), files=10)


@pytest.mark.parametrize("name", list(packings(GOOD)))
def test_one_that_is_cut_off_anywhere_is_refused(name: str) -> None:
    data = packings({**GOOD, "lab/gw-c_facts.txt": random.Random(1).randbytes(5000)})[name]
    whole = unpack(data, name).files
    for size in range(0, len(data), 97):
        try:
            assert unpack(data[:size], name).files == whole, size  # only of its padding something is missing
        except ArchiveError:
            continue


def test_without_the_mark_of_its_end_it_is_cut_off() -> None:
    assert "not all of one" in refused(tar(GOOD, end=False))
    for padding in (b"", bytes(1 << 20)):
        assert "not all of one" in refused(gzip.compress(tar(GOOD) + padding)[:-4], "lab.tar.gz")


def test_a_spoilt_header_in_the_middle_is_not_its_end() -> None:
    data = bytearray(tar(GOOD))
    at = data.index(b"lab/gw-b")
    data[at + 3] ^= 1
    assert "not all of one" in refused(bytes(data))


def test_headers_within_headers_end() -> None:
    long = member("x", tarfile.XHDTYPE).tobuf() * 3000
    refused(long + bytes(1024))


def test_what_holds_no_facts_says_what_it_holds_instead() -> None:
    assert "there is only README, notes" in refused(tar({"README": b"", "notes": b""}))
    assert "there is only lab.rar" in refused(b"Rar!", "lab.rar")
    assert "expected files named …_facts.txt" in refused(tar({}))
    assert "no archive" in refused(gzip.compress(b"text"), "gw_facts.txt.gz")
    assert "no archive" in refused(lzma.compress(b"text"), "gw.xz")


def test_names_are_shown_as_they_can_be() -> None:
    assert (shown("a\x1bb"), shown("\udcff"), len(shown("x" * 999))) == ("a\\x1bb", "\\udcff", 101)
