"""Facts out of what somebody sends: archives, and files as they are. Nothing is written, under no name of theirs.

What is in it is taken whole or not at all: a name that leads elsewhere, a link, an end that is missing is told, with
the file that it is about, and so is what would need more than it may.
"""

from collections.abc import Iterable
from typing import BinaryIO

from msgspec import Struct

from backend.engine.workers.entries import BROKEN, ArchiveError, Bounds, Entry, Meter, entries
from backend.facts.directory import HOSTS, SUFFIX
from backend.facts.snapshot import is_facts_name

LONGEST_NAME = 255
"""Bytes, as file systems have it (NAME_MAX)."""
MOST_TOLD = 100
KINDS = (".tar.gz", ".tgz", ".tar.xz", ".tar", ".zip")


class Sent(Struct, frozen=True):
    """What came as one file."""

    name: str
    file: BinaryIO
    size: int


class Unpacked(Struct):
    files: dict[str, bytes]
    ignored: list[str]
    """What stood beside the facts, as it can be shown; of many the first."""
    name: str
    """What the network may be called after: the directory in the archive, else the file. It may be anything."""


def unpacked(sent: Iterable[Sent], bounds: Bounds) -> Unpacked:
    """ArchiveError."""
    found = Unpacked({}, [], "")
    every = list(sent)
    meter = Meter(sum(each.size for each in every), bounds)
    for each in every:
        directory = _take(each, meter, found)
        found.name = found.name or directory or _stem(each.name)
    if not any(name.endswith(SUFFIX) for name in found.files):
        beside = f"; there is only {', '.join(found.ignored[:5])}" if found.ignored else ""
        kinds = ", ".join(KINDS[:-1])
        raise ArchiveError(
            f"there are no facts in it: expected files named …{SUFFIX}, in {kinds} or {KINDS[-1]}{beside}"
        )
    return found


def _take(sent: Sent, meter: Meter, found: Unpacked) -> str:
    """The directory that the facts in it stand in."""
    directories: set[str] = set()
    hosts: dict[str, bytes] = {}
    try:
        for entry in entries(sent.name, sent.file, meter):
            meter.count_file()
            _take_one(entry, directories, hosts, found)
    except ArchiveError as error:
        raise ArchiveError(f"{shown(sent.name)}: {error}") from None
    except BROKEN as error:
        why = shown(str(error) or type(error).__name__)
        raise ArchiveError(f"{shown(sent.name)}: it is no archive, or not all of one: {why}") from None
    if len(directories) > 1:
        names = ", ".join(sorted(repr(name or ".") for name in directories)[:5])
        raise ArchiveError(f"{shown(sent.name)}: facts stand in several directories of it: {names}")
    for directory, content in hosts.items():
        if directory in directories or not directories:
            _keep(HOSTS, content, found)
        else:
            _ignore(f"{directory}/{HOSTS}", found)
    return next(iter(directories), "")


def _take_one(entry: Entry, directories: set[str], hosts: dict[str, bytes], found: Unpacked) -> None:
    last = entry.path.rstrip("/").rpartition("/")[2]
    if entry.kind == "directory":
        return
    if not is_facts_name(last):
        _ignore(entry.path, found)
        return
    directory, name = _place(entry)
    if name != HOSTS:
        directories.add(directory)
        _keep(name, entry.read(), found)
    elif directory in hosts:
        raise ArchiveError(f"{shown(entry.path)} stands in it twice")
    else:
        hosts[directory] = entry.read()


def _place(entry: Entry) -> tuple[str, str]:
    """Directory and name of a file of facts."""
    path = entry.path
    if not path.isprintable() or "\\" in path:  # bytes that are no UTF-8 cannot be printed either
        raise ArchiveError(f"the name {shown(path)} has signs that no name of facts may have")
    if entry.kind != "file":
        raise ArchiveError(f"{shown(path)} is no file but a {entry.kind}")
    *directories, name = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in directories:
        raise ArchiveError(f"the name {shown(path)} leads out of the archive")
    if len(directories) > 1:
        raise ArchiveError(f"{shown(path)} stands in a directory of a directory: expected at most one")
    if len(name.encode()) > LONGEST_NAME:
        raise ArchiveError(f"the name {shown(path)} is longer than {LONGEST_NAME} bytes")
    return "".join(directories), name


def _keep(name: str, content: bytes, found: Unpacked) -> None:
    if name in found.files:
        raise ArchiveError(f"{shown(name)} stands in it twice")
    found.files[name] = content


def _ignore(path: str, found: Unpacked) -> None:
    if len(found.ignored) < MOST_TOLD:
        found.ignored.append(shown(path))


def shown(name: str) -> str:
    """As a person may see it, whatever is in it."""
    cut = name if len(name) <= 100 else f"{name[:100]}…"
    return cut if cut.isprintable() else cut.encode("unicode_escape", "backslashreplace").decode("ascii")


def _stem(name: str) -> str:
    last = name.rpartition("/")[2]
    return next((last.removesuffix(end) for end in (SUFFIX, *KINDS) if last.endswith(end)), last)
