"""The machine: the state directory and its rights, disk, memory, open files, the clock."""

import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import time

from backend.cli.doctor.finding import Finding, note, well, wrong
from backend.config import Config

LEAST_DISK_MB = 256
LEAST_MEMORY_MB = 512
LEAST_FILES = 8192
"""Sockets of one web, and two for each namespace of a lab."""
AHEAD_S = 60.0


def look(config: Config) -> Iterator[Finding]:
    yield from _state(config.state, is_supervised=config.run is not None)
    yield _memory()
    yield _files()
    yield _clock(config.state)


def _state(folder: Path, is_supervised: bool) -> Iterator[Finding]:
    """`is_supervised`: who asks does not start the engine, so root need not be it."""
    if not folder.is_dir():
        reason = "is no directory" if folder.exists() else "does not exist"
        yield wrong("state", f"{folder} {reason}", f"mkdir -m 700 -p {folder}, or choose another with TSIM_STATE")
        return
    found = folder.stat()
    if found.st_uid != os.geteuid() and not (is_supervised and os.geteuid() == 0):
        text = f"{folder} belongs to uid {found.st_uid}, and this is uid {os.geteuid()}"
        yield note("state", text, "run tsimsh as the user of the engine, or give the directory to this one with chown")
    if found.st_mode & 0o077:
        text = f"{folder} is open to others (mode {found.st_mode & 0o777:o})"
        yield wrong("state", text, f"chmod 700 {folder}")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
    except OSError as error:
        text = f"{folder} cannot be written: {error.strerror}"
        yield wrong("state", text, f"free its disk, mount it to be written, or chown {os.geteuid()} {folder}")
    else:
        yield well("state", f"{folder} can be written")
    yield _disk(folder)


def _disk(folder: Path) -> Finding:
    found = os.statvfs(folder)
    free_mb = (found.f_bavail * found.f_frsize) >> 20
    if free_mb < LEAST_DISK_MB:
        text = f"{free_mb} MB are free at {folder}, of at least {LEAST_DISK_MB}"
        return wrong("disk", text, "free some, keep less (TSIM_KEEP_MB, tsimsh engine cleanup), or move TSIM_STATE")
    if found.f_files and not found.f_favail:
        return wrong("disk", f"{folder}: no inodes are left", "remove files of others from this file system")
    return well("disk", f"{free_mb} MB are free")


def _memory() -> Finding:
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    free_mb = int(lines["MemAvailable"].split()[0]) >> 10
    if free_mb < LEAST_MEMORY_MB:
        text = f"{free_mb} MB of memory are free, of at least {LEAST_MEMORY_MB}"
        return wrong("memory", text, "end what takes it, or run fewer tests at once (TSIM_JOBS_AT_ONCE)")
    return well("memory", f"{free_mb} MB are free")


def _files() -> Finding:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < LEAST_FILES:
        text = f"at most {most} files may be open, of at least {LEAST_FILES}"
        return wrong("open files", text, f"ulimit -Hn {LEAST_FILES}, or LimitNOFILE={LEAST_FILES} in the unit")
    return well("open files", f"{most} may be open")


def _clock(folder: Path) -> Finding:
    try:
        newest_s = max((each.stat().st_mtime for each in folder.iterdir()), default=0.0)
    except OSError:
        newest_s = 0.0
    ahead_s = newest_s - time()
    if ahead_s > AHEAD_S:
        text = f"the clock is at least {ahead_s:.0f} s behind the time of the newest file in {folder}"
        return wrong("clock", text, "set it, and keep it right with systemd-timesyncd or chrony")
    return well("clock", "is not behind what was written before")
