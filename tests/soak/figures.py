"""What could grow: memory, descriptors and threads of each kind of process, namespaces, files, rows of the store."""

import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from tests.crash.family import NAMESPACES, children, papers
from tests.soak.place import TOKEN, Place
from tests.waiting import wait_for

ROOM = {"bytes": 24 << 20, "descriptors": 16, "threads": 16}
"""By so much each may be more all the same: pages that an allocator keeps, threads and connections of pools (SQLite's
keep 2 MiB each).
"""
OF_PEOPLE = ("jobs", "events", "results", "reports", "audit", "sessions", "marks", "networks", "network_files")
"""Tables in which something stays, as it should; what may stay is looked at by itself."""
LIMIT_S = 240.0
EXPIRED = "SELECT count(*) FROM sessions WHERE expires_s <= strftime('%s', 'now')"
SENT = "SELECT count(*) FROM networks WHERE origin = 'upload'"
ORPHANS = "SELECT count(*) FROM {} WHERE job NOT IN (SELECT id FROM jobs)"
QUESTION = {"source": "hq-pc1", "destination": "dc-db1", "services": "https"}
Figures = Mapping[str, int]


def settled(place: Place) -> Figures:
    """When nobody asks any more, all that was begun has ended, and what is old was removed."""
    wait_for(lambda: _is_idle(place), "the end of all tests, sockets and other facts", LIMIT_S)
    place.engine.ask("cleanup")
    place.engine.ask("reach", question=QUESTION)  # the processes that answer begin with the first question
    return {**processes(place), **_namespaces(place), **_files(place), **_rows(place)}


def grown(before: Figures, after: Figures) -> list[str]:
    """What is more than it may be."""
    return [name for name, now in after.items() if now > before.get(name, 0) + ROOM.get(name.partition(" ")[0], 0)]


def processes(place: Place) -> dict[str, int]:
    """By kind, since those that are replaced have other numbers."""
    found: dict[str, int] = {}
    for kind, pids in _kinds(place).items():
        found[f"processes of {kind}"] = len(pids)
        for name, figure in (("bytes", _bytes), ("descriptors", _descriptors), ("threads", _threads)):
            found[f"{name} of {kind}"] = sum(map(figure, pids))
    return found


def _kinds(place: Place) -> dict[str, set[int]]:
    engine = place.engine.pid
    drawing = papers(engine)
    networks = children(engine) - drawing
    known = {
        "engine": {engine},
        "template of the network": networks,
        "answering": {each for pid in networks for each in children(pid)},
        "template of reports": drawing,
        "gunicorn": {place.web.pid},
        "web": set(place.web.workers),
        "auth": {place.auth.process.pid},
        "nginx": {place.nginx.pid} | children(place.nginx.pid),
    }
    others = place.family.members() - set().union(*known.values())
    return {**known, "anything else": others}


def _is_idle(place: Place) -> bool:
    metrics = place.engine.ask("metrics")
    is_working = any(metrics["jobs"][state] for state in ("waiting", "running", "leaving"))
    told = place.nginx.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}").body.decode()
    sockets = re.search(r"^tsim_sockets (\S+)", told, re.MULTILINE)
    is_alone = metrics["processes"]["snapshots"] == 1 and not _kinds(place)["anything else"]
    return not is_working and is_alone and sockets is not None and float(sockets[1]) == 0


def _bytes(pid: int) -> int:
    """What it has written itself: all else is shared with whoever else runs here, or comes back from a file."""
    found = re.search(r"^Private_Dirty: +(\d+) kB", _text(Path(f"/proc/{pid}/smaps_rollup")), re.MULTILINE)
    return int(found[1]) << 10 if found else 0


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except FileNotFoundError:
        return 0


def _threads(pid: int) -> int:
    found = re.search(r"^Threads:\t(\d+)", _text(Path(f"/proc/{pid}/status")), re.MULTILINE)
    return int(found[1]) if found else 0


def _namespaces(place: Place) -> dict[str, int]:
    """Those that any of the processes is in or holds."""
    found = set()
    for pid in place.family.members():
        links = [Path(f"/proc/{pid}/ns/{kind}") for kind in NAMESPACES]
        with suppress(OSError):
            links += Path(f"/proc/{pid}/fd").iterdir()
        for link in links:
            with suppress(OSError):
                found.add(os.readlink(link))
    return {"namespaces": sum(name.partition(":")[0] in NAMESPACES for name in found)}


def _files(place: Place) -> dict[str, int]:
    return {"files": sum(each.is_file() or each.is_socket() for each in place.folder.rglob("*"))}


def _rows(place: Place) -> dict[str, int]:
    with closing(sqlite3.connect(place.config.state / "tsim.sqlite3")) as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        looked_at = sorted(set(tables) - set(OF_PEOPLE))
        rows = {f"rows of {name}": _one(store, f"SELECT count(*) FROM {name}") for name in looked_at}
        rows |= {f"{name} of no test": _one(store, ORPHANS.format(name)) for name in ("events", "results", "reports")}
        rows["networks that were sent"] = _one(store, SENT)
        return rows | {"sessions that are over": _one(store, EXPIRED)}


def _one(store: sqlite3.Connection, question: str) -> int:
    (number,) = store.execute(question).fetchone()
    return int(number)


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
