"""Tests submitted to an engine that is killed: what is seen of them before and after, and what must be true of it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

from msgspec import Struct

from backend.config import Config
from backend.engine import EngineError
from tests.crash.family import Family, gone
from tests.engine.process import EngineProcess
from tests.engine.room import Room
from tests.small import write_small_network
from tests.waiting import wait_for

SOURCE, DESTINATION = "10.0.1.5", "10.0.2.5"
DROPPED = (80, 443)
SERVICES = "20-22/tcp,80/tcp,53/udp,443/tcp"
VERDICTS = {"20/tcp": True, "21/tcp": True, "22/tcp": True, "80/tcp": False, "53/udp": True, "443/tcp": False}
Variables = Mapping[str, str]
NONE: Variables = {}
KEPT = {
    "tsim.sqlite3",
    "tsim.sqlite3.engine",
    "tsim.sqlite3-wal",
    "tsim.sqlite3-shm",
    "first-password",
    "lock",
    "socket",
    "ballast",
    "changes",
}
"""Files of a state directory."""
ENDS = ("succeeded", "failed", "cancelled", "expired")
TWICE = "tried 2 times"


class Watched(Struct):
    """One job, as somebody sees it who watches."""

    id: str
    events: list[Any]
    thread: threading.Thread


class Trial:
    def __init__(self, folder: Path, room: Room | None = None, variables: Variables = NONE, **settings: Any) -> None:
        """In a room, its state is on the disk there."""
        self.facts = write_small_network(folder / "small", DROPPED)
        own = {"watch_facts_s": 0} | settings
        self.config = Config(facts=self.facts, state=folder / "state", **own)
        self._temporary = folder / "tmp"
        self._temporary.mkdir()
        within = room.within if room is not None else ()
        self.disk = room.disk if room is not None else self.config.state
        """The state directory, as it is seen from here."""
        socket = self.disk / self.config.engine_socket.relative_to(self.config.state)
        variables = {"TMPDIR": str(self._temporary), **variables}
        self.engine = EngineProcess(self.config, folder / "log", variables, within, socket)
        self.family = Family(self.config.state)
        self.jobs: list[Watched] = []

    def submit(self, mode: str = "prove", services: str = SERVICES) -> str:
        question = {"source": SOURCE, "destination": DESTINATION, "services": services, "mode": mode}
        job: str = self.engine.ask("submit", question=question)["id"]
        events: list[Any] = []
        thread = threading.Thread(target=self._watch, args=(job, events), daemon=True)
        self.jobs.append(Watched(job, events, thread))
        thread.start()
        return job

    def _watch(self, job: str, events: list[Any]) -> None:
        try:
            for frame in self.engine.watch(job, after=0):
                if "event" in frame:
                    events.append(frame["event"])
        except EngineError:
            return  # it was killed

    def phase(self, job: str) -> str:
        """As it is when nothing more is under way from a process that is stopped."""
        before = None
        while (now := self.engine.ask("events", job=job)["events"]) != before:
            before = now
            sleep(0.002)
        told = [each for each in now if "status" in each["data"]]
        return str(told[-1]["phase"])

    def kill_engine(self) -> None:
        namespaces = self.family.namespaces()
        self.engine.kill()
        self.engine.client.close()
        gone(self.family, namespaces)

    def ended(self) -> None:
        """All of them have, and everything about them is as it should be."""
        for each in self.jobs:
            wait_for(lambda: self._status(each.id) in ENDS, f"job {each.id}", 60.0)  # noqa: B023 - used at once
            each.thread.join(30.0)
            self._check(each)
        self._check_nothing_else()
        self.jobs = []

    def _status(self, job: str) -> str:
        return str(self.engine.ask("job", job=job)["status"])

    def _check(self, seen: Watched) -> None:
        job = self.engine.ask("job", job=seen.id)
        events = self.engine.ask("events", job=seen.id)["events"]
        assert [each["seq"] for each in events] == list(range(1, len(events) + 1)), events
        assert seen.events == events[: len(seen.events)]
        phases = [each["phase"] for each in events if "status" in each["data"]]
        assert phases.count("done") == 1
        assert events[-1]["phase"] == "done"
        assert phases.count("report") <= 1, "a result was found twice"
        assert phases.count("queued") == job["attempt"] <= 2
        if job["status"] == "failed":
            assert TWICE in job["reason"], job
        else:
            assert job["status"] == "succeeded", job
            self._check_result(job, self.engine.ask("result", job=seen.id))

    def _check_result(self, job: Any, result: Any) -> None:
        for name in ("mode", "attempt", "network", "user"):
            assert result[name] == job[name]
        assert result["job"] == job["id"]
        found = {f"{each['port']}/{each['protocol']}": each["reachable"] for each in result["services"]}
        assert found == VERDICTS
        if job["mode"] == "prove":
            assert {each["by"] for each in result["services"]} == {"proof"}
            assert result["comparison"]["differs"] is False
            assert self.engine.ask("report", job=job["id"])["pdf"].startswith("JVBERi")

    def _check_nothing_else(self) -> None:
        """No test that nobody submitted or that runs on, no process without work, no file that was forgotten."""
        every = self.engine.ask("jobs", limit=500)["jobs"]
        assert {each["id"] for each in every if each["status"] not in ENDS} == set()
        assert {each.id for each in self.jobs} <= {each["id"] for each in every}
        wait_for(lambda: len(self.family.members()) <= 5, "engine, two templates and two that answer are all")
        wait_for(lambda: not list(self._temporary.iterdir()), "temporary files are removed")
        wait_for(lambda: self._files() <= KEPT, f"only {KEPT} stay")

    def _files(self) -> set[str]:
        fonts = self.disk / "fonts"  # matplotlib's own
        files = {each.name for each in self.disk.rglob("*") if not each.is_dir() and each.parent != fonts}
        return files | {str(each) for each in (self.disk / "drafts").glob("*")}


@contextmanager
def trial(folder: Path, room: Room | None = None, variables: Variables = NONE, **settings: Any) -> Iterator[Trial]:
    one = Trial(folder, room, variables, **settings)
    one.engine.start()
    try:
        yield one
    finally:
        namespaces = one.family.namespaces()
        one.engine.client.close()
        one.engine.stop()
        gone(one.family, namespaces)
