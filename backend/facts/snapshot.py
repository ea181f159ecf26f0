"""The files of a network's facts as bytes: to keep them elsewhere, and to write them down again.

What a snapshot holds is read once, so that it is one state also where somebody changes the files meanwhile.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from backend.facts.directory import HOSTS, SUFFIX, content_of, facts_files, network_name
from backend.facts.error import FactsError
from backend.facts.notes import Notes
from backend.model.diagnostic import Diagnostic

__all__ = ["Snapshot", "digest_of", "is_facts_name", "network_name", "read_files", "read_snapshot", "write_files"]


class Snapshot(Struct, frozen=True):
    files: dict[str, bytes]
    diagnostics: tuple[Diagnostic, ...] = ()
    """Of the files that could not be read, which are not in it."""


def read_files(path: Path) -> dict[str, bytes]:
    """All facts files of a directory, and its hosts.toml. FactsError: there is none of them that can be read."""
    return read_snapshot(path).files


def read_snapshot(path: Path) -> Snapshot:
    names = sorted(facts_files(path))
    files: dict[str, bytes] = {}
    found: list[Diagnostic] = []
    for name in [*names, *([HOSTS] if os.path.lexists(path / HOSTS) else [])]:
        try:
            files[name] = content_of(path / name)
        except OSError as error:
            notes = Notes(os.fsencode(name).decode("utf-8", errors="replace"))
            notes.add(None, None, "", f"expected a file that can be read: {error.strerror or error}")
            found += notes.diagnostics
    if files.keys() <= {HOSTS}:
        raise FactsError(f"{path} holds no facts that can be read" + (f": {found[0]}" if found else ""))
    return Snapshot(files, tuple(found))


def digest_of(files: Mapping[str, bytes]) -> str:
    """The hash of the network that `read_directory` makes of these files, where each of them can be read."""
    digest = sha256()
    for name in sorted(name for name in files if name != HOSTS):
        digest.update(os.fsencode(name) + b"\0" + sha256(files[name]).digest())
    if HOSTS in files:
        digest.update(sha256(files[HOSTS]).digest())
    return digest.hexdigest()


def write_files(files: Mapping[str, bytes], directory: Path) -> None:
    """As a directory that holds them and nothing else: whole or not at all, also when the process is killed."""
    for name in files:
        _check(name)
    if _holds(directory, files):
        return
    draft = directory.with_name(f".{directory.name}.{secrets.token_hex(4)}")
    try:
        draft.mkdir(mode=0o700, parents=True)
        for name, content in files.items():
            (draft / name).write_bytes(content)
        _put(draft, directory)
    except OSError as error:
        raise FactsError(f"{directory} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def is_facts_name(name: str) -> bool:
    """Of a file that a snapshot may hold."""
    is_plain = "/" not in name and "\0" not in name and not name.startswith(".")
    return is_plain and (name == HOSTS or name.endswith(SUFFIX))


def _check(name: str) -> None:
    """Names come from people and from files that they send."""
    if not is_facts_name(name):
        raise FactsError(f"{name!r} is no name of a facts file: expected …{SUFFIX} or {HOSTS}")


def _holds(directory: Path, files: Mapping[str, bytes]) -> bool:
    try:
        names = set(os.listdir(directory))
        return names == set(files) and all((directory / name).read_bytes() == files[name] for name in names)
    except OSError:
        return False


def _put(draft: Path, directory: Path) -> None:
    """In the place of what may be there, which cannot be replaced in one step."""
    try:
        draft.rename(directory)
    except OSError:
        if not directory.exists():
            raise
        old = draft.with_name(draft.name + ".old")
        directory.rename(old)
        draft.rename(directory)
        shutil.rmtree(old, ignore_errors=True)
