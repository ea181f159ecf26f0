"""A directory of facts files as a network.

The one module here that reads files. Many files are shared out: this process reads one part, child processes the rest.
"""

import gc
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any

from msgspec import Struct
from msgspec.structs import replace

from backend.facts.error import FactsError
from backend.facts.notes import Notes
from backend.facts.sections import read_sections
from backend.model.address import Address, Prefix
from backend.model.diagnostic import Diagnostic
from backend.model.network import Host, Network, Router

SUFFIX = "_facts.txt"
HOSTS = "hosts.toml"
SAYING_NOTHING = ("facts", "tsim_facts", "raw_facts")
"""Names of directories after which no network is called."""
WORTH_A_PROCESS = 4_000_000
"""Bytes of facts; starting a process and handing its results over costs as much as reading this many."""
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from backend.facts.directory import serve; serve()"
LARGEST = 1 << 29
"""Bytes of one file."""
PART = 32
"""Files whose results travel together."""


class Reading(Struct, frozen=True):
    network: Network
    diagnostics: tuple[Diagnostic, ...] = ()


class FileReading(Struct, frozen=True):
    """What one file gave; the digest is that of its bytes, empty where it could not be read."""

    file: str
    digest: bytes = b""
    router: Router | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_directory(path: Path) -> Reading:
    """All facts in `path`. FactsError: there is no such directory, or nothing in it can be read as facts."""
    sizes = facts_files(path)
    if not sizes:
        raise FactsError(f"{path} holds no facts: no file in it is named …{SUFFIX}")
    with _without_collector():
        readings = sorted(_read_all(path, sizes), key=lambda reading: reading.file)
    notes = Notes(path.name)
    routers = _named_once([reading for reading in readings if reading.router], notes)
    found = [diagnostic for reading in readings for diagnostic in reading.diagnostics]
    if not routers:
        reason = found[0] if found else "they are empty"
        raise FactsError(f"{path} holds no facts that can be read ({len(readings)} files): {reason}")
    hosts, hosts_digest, hosts_diagnostics = _read_hosts(path)
    from backend.facts.segments import infer_segments

    segments = infer_segments(routers, notes)
    digest = sha256()
    for reading in readings:
        digest.update(os.fsencode(reading.file) + b"\0" + reading.digest)
    digest.update(hosts_digest)
    network = Network(network_name(path), routers, segments, hosts, digest.hexdigest())
    return Reading(network, (*found, *hosts_diagnostics, *notes.diagnostics))


def network_name(path: Path) -> str:
    """The directory's name; of `…/demo/facts` the name before it, for `facts` says nothing."""
    name = path.resolve().name
    return path.resolve().parent.name if name in SAYING_NOTHING else name


def facts_files(path: Path) -> dict[str, int]:
    try:
        names = sorted(name for name in os.listdir(path) if name.endswith(SUFFIX))
    except FileNotFoundError:
        raise FactsError(f"there is no directory {path}") from None
    except NotADirectoryError:
        raise FactsError(f"{path} is a file, not a directory of facts") from None
    except OSError as error:
        raise FactsError(f"{path} cannot be read: {error.strerror}") from None
    return {name: _size(path / name) for name in names}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_all(path: Path, sizes: dict[str, int]) -> Iterator[FileReading]:
    processes = min(len(os.sched_getaffinity(0)), 1 + sum(sizes.values()) // WORTH_A_PROCESS, len(sizes))
    own, *others = _shares(sizes, processes)
    children = [_Child(path, share) for share in others]
    try:
        for name in own:
            yield read_file(path / name)
        for child in children:
            yield from child.readings()
    finally:
        for child in children:
            child.close()


def _shares(sizes: dict[str, int], count: int) -> list[list[str]]:
    """The files in `count` lists of about equal size."""
    shares: list[list[str]] = [[] for _ in range(count)]
    weights = [0] * count
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        least = weights.index(min(weights))
        shares[least].append(name)
        weights[least] += sizes[name] + 1
    return shares


def read_file(path: Path) -> FileReading:
    """One facts file, whatever it holds."""
    from backend.facts.router import read_router

    name = os.fsencode(path.name).decode("utf-8", errors="replace")
    notes = Notes(name)
    try:
        content = content_of(path)
    except OSError as error:
        notes.add(None, None, "", f"expected a file that can be read: {error.strerror or error}")
        return FileReading(path.name, diagnostics=notes.diagnostics)
    router = read_router(read_sections(_text(content, notes), notes), name.removesuffix(SUFFIX), notes)
    return FileReading(path.name, sha256(content).digest(), router, notes.diagnostics)


def content_of(path: Path) -> bytes:
    """Only of regular files: a pipe or a device may never end."""
    status = path.stat()
    if not S_ISREG(status.st_mode):
        raise OSError("it is no regular file")
    if status.st_size > LARGEST:
        raise OSError(f"it is larger than {LARGEST >> 20} MiB")
    return path.read_bytes()


def _text(content: bytes, notes: Notes) -> str:
    """Comments of rules and names of interfaces may be in any encoding; what is not UTF-8 is told, and replaced."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        around = content[max(0, error.start - 20) : error.start + 20].decode("ascii", errors="replace")
        notes.add(None, line, around, "expected UTF-8")
        return content.decode("utf-8-sig", errors="replace")


def _read_hosts(path: Path) -> tuple[tuple[Host, ...], bytes, tuple[Diagnostic, ...]]:
    from backend.facts.hosts import read_hosts

    notes = Notes(HOSTS)
    try:
        content = content_of(path / HOSTS)
    except FileNotFoundError:
        return (), b"", ()
    except OSError as error:
        notes.add(None, None, "", f"expected a file that can be read: {error.strerror or error}")
        return (), b"", notes.diagnostics
    hosts = read_hosts(_text(content, notes), notes)
    return hosts, sha256(content).digest(), notes.diagnostics


def _named_once(readings: list[FileReading], notes: Notes) -> tuple[Router, ...]:
    """Two files may say the same name of their router; the second then goes by the name of its file."""
    found: dict[str, Router] = {}
    for reading in readings:
        router = reading.router
        assert router is not None
        if router.name in found:
            own, first = reading.file.removesuffix(SUFFIX), found[router.name].file
            name = own if own not in found else reading.file
            notes.add(None, None, reading.file, f"expected one router {router.name!r}, {first} is it; named {name!r}:")
            router = replace(router, name=name)
        found[router.name] = router
    return tuple(found.values())


@contextmanager
def _without_collector() -> Iterator[None]:
    """Values without cycles, by the million: looking through them for garbage again and again doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Child:
    """A process that reads a share of the files. Its results wait in a file of no name, so that nobody waits for it."""

    def __init__(self, path: Path, share: list[str]) -> None:
        self._path, self._share = path, share
        self._results: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        root = str(Path(__file__).resolve().parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, root, str(path.resolve())],
            stdin=subprocess.PIPE,
            stdout=self._results,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError), self._process.stdin as names:
            names.write(b"\0".join(map(os.fsencode, share)))

    def readings(self) -> Iterator[FileReading]:
        status = self._process.wait()
        missing = dict.fromkeys(self._share)
        self._results.seek(0)
        while missing:
            try:
                part: list[FileReading] = pickle.load(self._results)
            except (EOFError, pickle.UnpicklingError):
                break
            for reading in part:
                missing.pop(reading.file, None)
                yield reading
        for name in missing:
            expected = f"expected to read it, but the process that did so ended with status {status}"
            yield FileReading(name, diagnostics=(Diagnostic(name, None, None, "", expected),))

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._results.close()


def serve() -> None:
    """What a child process does: names of files on standard input, readings on standard output."""
    gc.disable()
    path = Path(sys.argv[2])
    names = [os.fsdecode(name) for name in sys.stdin.buffer.read().split(b"\0")]
    for at in range(0, len(names), PART):
        sys.stdout.buffer.write(_packed([read_file(path / name) for name in names[at : at + PART]]))


def _packed(readings: list[FileReading]) -> bytes:
    """Pickled, with addresses as numbers: half the time of writing and parsing their text."""
    buffer = BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {
        IPv4Address: _number_of_address,
        IPv6Address: _number_of_address,
        IPv4Network: _number_of_prefix,
        IPv6Network: _number_of_prefix,
    }
    pickler.dump(readings)
    return buffer.getvalue()


def _number_of_address(value: Address) -> tuple[Any, ...]:
    return type(value), (int(value),)


def _number_of_prefix(value: Prefix) -> tuple[Any, ...]:
    return type(value), ((int(value.network_address), value.prefixlen),)
