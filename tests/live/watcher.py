"""A client as the page's is: it keeps all events of the jobs that it watches, and asks again where one is missing."""

import queue
import threading
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import requests
import socketio

from tests.waiting import wait_for

STOP = "stop"


class Watcher:
    def __init__(
        self, url: str, headers: dict[str, str], transports: tuple[str, ...] = ("websocket",), trusted: str = ""
    ) -> None:
        """`trusted`: the file of a certificate."""
        self.events: dict[str, list[Any]] = {}
        self.sizes: list[int] = []
        """Of the messages about jobs."""
        self.pushed: Counter[tuple[str, int]] = Counter()
        """How often each event came in such a message."""
        self.told: list[tuple[str, Any]] = []
        """All other messages."""
        self.asked_again = 0
        self.lost = 0
        self._early: dict[str, list[Any]] = {}
        """What came right after the answer to `watch`, before that was taken in."""
        self._taking = threading.Lock()
        self._arrived: queue.Queue[tuple[str, Any]] = queue.Queue()
        session = requests.Session()
        session.headers.update(headers)  # as a browser does; the library sends them with the first request only
        session.verify = trusted or True
        session.trust_env = False  # which would go before that
        self.client = socketio.Client(
            reconnection_delay=0.05, reconnection_delay_max=0.2, handle_sigint=False, http_session=session
        )
        # Messages are taken in as they come: the library would have a thread for each, in any order.
        trigger = self.client.eio._trigger_event
        self.client.eio._trigger_event = lambda *args, **options: trigger(*args, **{**options, "run_async": False})
        self.client.on("*", lambda message, data=None: self._arrived.put((message, data)))
        self.client.on("connect", lambda: self._arrived.put(("resume", None)))
        self.client.on("disconnect", self._disconnected)
        path = f"{urlsplit(url).path}/socket.io"
        # Each time anew: the library takes the cookie out of what it is given.
        self.client.connect(
            url, lambda: dict(headers), transports=list(transports), wait_timeout=30, socketio_path=path
        )
        self._thread = threading.Thread(target=self._take_in)
        self._thread.start()

    def watch(self, job: str, after: int | None = None) -> Any:
        """The answer."""
        answer = self.ask("watch", job=job, after=after)
        if "error" not in answer:
            with self._taking:
                self.events.setdefault(job, [])
                for event in [*answer["events"], *self._early.pop(job, ())]:
                    self._add(event)
        return answer

    def ask(self, message: str, **data: Any) -> Any:
        return self.client.call(message, data, timeout=30)

    def wait_done(self, job: str) -> list[Any]:
        wait_for(lambda: self.phase(job) == "done", f"the end of {job}", 60)
        return self.events[job]

    def phase(self, job: str) -> str:
        known = self.events[job]
        return known[-1]["phase"] if known else ""

    def wait_back(self) -> None:
        wait_for(lambda: self.lost and self.client.connected, "another connection")

    def wait_told(self, message: str) -> Any:
        wait_for(lambda: any(name == message for name, _ in self.told), f"{message!r}")
        return next(data for name, data in self.told if name == message)

    def close(self) -> None:
        self.client.disconnect()
        self._arrived.put((STOP, None))
        self._thread.join()

    def _disconnected(self, *_: object) -> None:
        self.lost += 1

    def _take_in(self) -> None:
        while True:
            match self._arrived.get():
                case "stop", _:
                    return
                case "resume", _:
                    self._again(list(self.events))
                case "events", {"job": job, "events": events}:
                    self.sizes.append(len(events))
                    self.pushed.update((job, event["seq"]) for event in events)
                    if not self._took(job, events):
                        self._again([job])
                case told:
                    self.told.append(told)

    def _took(self, job: str, events: list[Any]) -> bool:
        """False: one is missing."""
        with self._taking:
            if job not in self.events:
                self._early.setdefault(job, []).extend(events)
                return True
            return all(self._add(event) for event in events)

    def _again(self, jobs: list[str]) -> None:
        for job in jobs:
            self.asked_again += 1
            try:
                self.watch(job, len(self.events[job]))
            except socketio.exceptions.SocketIOError:  # the connection is lost: it is asked when there is another
                return

    def _add(self, event: Any) -> bool:
        """False: one before it is missing."""
        known = self.events[event["job"]]
        if event["seq"] <= len(known):
            assert known[event["seq"] - 1] == event
            return True
        if event["seq"] > len(known) + 1:
            return False
        known.append(event)
        return True
