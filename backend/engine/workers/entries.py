"""What stands in an archive, whatever kind it is, one after the other; what is unpacked is counted as it comes."""

import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG
from struct import error as LayoutError  # noqa: N812
from typing import BinaryIO, Protocol, cast

from msgspec import Struct

AT_ONCE = 1 << 16
UNSUSPICIOUS = 32 << 20
"""Bytes that may come of anything, however small it is: facts that are all alike are packed very well."""
BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, LayoutError, EOFError, OSError, ValueError,
    OverflowError, LookupError, RecursionError, NotImplementedError,
)  # fmt: skip
"""What the libraries raise over bytes that are no archive, or only the beginning of one."""


class ArchiveError(Exception):
    """What was sent cannot be used; the text says what, and why."""


class Bounds(Struct, frozen=True):
    bytes_: int
    """Unpacked, all together."""
    files: int = 20_000
    ratio: int = 500
    """Of what is unpacked to what was sent."""


class Entry(Struct, frozen=True):
    path: str
    kind: str
    """file, directory, or what else it is."""
    read: Callable[[], bytes]


class Meter:
    def __init__(self, sent: int, bounds: Bounds) -> None:
        """`sent`: bytes."""
        self._most = min(bounds.bytes_, max(sent * bounds.ratio, UNSUSPICIOUS))
        self._bounds = bounds
        self._bytes = 0
        self._files = 0

    def count(self, data: bytes) -> bytes:
        self._bytes += len(data)
        if self._bytes > self._bounds.bytes_:
            raise ArchiveError(f"it is more than {self._bounds.bytes_ >> 20} MiB when it is unpacked")
        if self._bytes > self._most:
            raise ArchiveError(f"it is packed more than {self._bounds.ratio}-fold, which no facts are")
        return data

    def count_file(self) -> None:
        self._files += 1
        if self._files > self._bounds.files:
            raise ArchiveError(f"it holds more than {self._bounds.files} files")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Metered:
    """What tarfile reads of, a piece at a time."""

    def __init__(self, inside: _Readable, meter: Meter) -> None:
        self._inside = inside
        self._meter = meter

    def read(self, size: int) -> bytes:
        return self._meter.count(self._inside.read(min(size, AT_ONCE)))


class _Header(tarfile.TarInfo):
    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> "_Header":
        """tarfile takes what is no header, and the end of the file, for the end of the archive; but that is marked."""
        try:
            return super().fromtarfile(archive)
        except tarfile.HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":
                raise
            raise tarfile.ReadError(f"its end is missing ({error})") from None


def entries(name: str, file: BinaryIO, meter: Meter) -> Iterator[Entry]:
    """ArchiveError, or one of BROKEN; so may reading one."""
    head = file.read(512)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=file) as unzipped:
            yield from _tar(unzipped, meter)
    elif head.startswith(b"\xfd7zXZ\0"):
        with lzma.LZMAFile(file) as unzipped:
            yield from _tar(unzipped, meter)
    elif head.startswith((b"PK\3\4", b"PK\5\6")):
        yield from _zip(file, meter)
    elif head[257:262] == b"ustar" or name.endswith(".tar"):
        yield from _tar(file, meter)
    else:
        yield Entry(name, "file", lambda: meter.count(file.read()))


def _tar(inside: _Readable, meter: Meter) -> Iterator[Entry]:
    metered = _Metered(inside, meter)
    with tarfile.open(fileobj=cast(BinaryIO, metered), mode="r|", bufsize=AT_ONCE, tarinfo=_Header) as archive:
        for member in archive:
            yield Entry(member.name, _kind_in_tar(member), partial(_read_tar, archive, member))
    while metered.read(AT_ONCE):  # to the end, where what packed it says whether it is right
        pass


def _kind_in_tar(member: tarfile.TarInfo) -> str:
    if member.isdir():
        return "directory"
    if member.issparse():  # its holes would be filled out of nothing
        return "sparse file"
    if member.isreg():
        return "file"
    return "link" if member.issym() or member.islnk() else "device"


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    content = file.read()
    if len(content) != member.size:
        raise EOFError("it is cut off")
    return content


def _zip(file: BinaryIO, meter: Meter) -> Iterator[Entry]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            # The whole name: zipfile ends it at a zero byte.
            yield Entry(info.orig_filename, _kind_in_zip(info), partial(_read_zip, archive, info, meter))


def _kind_in_zip(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if info.is_dir() or S_ISDIR(mode):
        return "directory"
    if S_IFMT(mode) == 0 or S_ISREG(mode):  # not all that write them say it
        return "file"
    return "link" if S_ISLNK(mode) else "device"


def _read_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> bytes:
    if info.flag_bits & 1:  # APPNOTE.TXT, 4.4.4
        raise ArchiveError(f"{info.filename[:100]!r} in it is encrypted")
    pieces = []
    with archive.open(info) as file:
        while piece := meter.count(file.read(AT_ONCE)):
            pieces.append(piece)
    content = b"".join(pieces)
    if len(content) != info.file_size:
        raise EOFError("it is cut off")
    return content
