"""Archives as people send them, and as nobody should."""

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Mapping

GOOD = {"lab/gw-a_facts.txt": b"a", "lab/gw-b_facts.txt": b"b" * 3000}


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


def tar(files: Mapping[str, bytes], *others: tarfile.TarInfo, end: bool = True) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", errors="surrogateescape") as archive:
        for other in others:
            archive.addfile(other)
        for name, content in files.items():
            made = member(name)
            made.size = len(content)
            archive.addfile(made, io.BytesIO(content))
        at = archive.offset
    return buffer.getvalue() if end else buffer.getvalue()[:at]


def zipped(files: Mapping[str, bytes], *infos: zipfile.ZipInfo) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for info in infos:
            archive.writestr(info, b"content")
    return buffer.getvalue()


def encrypted() -> bytes:
    """As its flags say, in both places where they stand (APPNOTE.TXT, 4.3)."""
    data = bytearray(zipped(GOOD))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def link_in_zip(name: str) -> bytes:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return zipped({}, info)


def zeros_in_tar(name: str, size: int) -> bytes:
    """Without ever having them all."""
    made = member(name)
    made.size = size
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9) as file:
        file.write(made.tobuf())
        for _ in range(size >> 20):
            file.write(bytes(1 << 20))
        file.write(bytes(1024))
    return buffer.getvalue()


def packings(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same in each way that is taken."""
    plain = tar(files)
    return {
        "lab.tar": plain,
        "lab.tar.gz": gzip.compress(plain),
        "lab.tar.xz": lzma.compress(plain),
        "lab.zip": zipped(files),
    }
