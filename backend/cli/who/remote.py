"""The calls of the engine, as a server elsewhere takes them (REST), so that commands need not know where it is."""

import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlencode

from backend.cli.error import FailureError
from backend.cli.who.link import Link
from backend.cli.who.sending import Sending
from backend.cli.who.server import LONGEST_S, Server
from backend.cli.who.sse import read
from backend.config import Config

ROOT = "/api/v1"
PIECE = 1 << 18
SILENCE_S = 30.0
"""Streams say something every few seconds."""
TRIES = 5


class Remote(Link):
    def __init__(self, config: Config, server: Server) -> None:
        super().__init__(config)
        self._server = server
        sending = Sending(server)
        self._calls: dict[str, Callable[..., Any]] = {
            "health": self._health,
            "trace": lambda question: self._post("/traces", question),
            "reach": lambda question: self._post("/reach", question),
            "check": lambda policy: self._post("/policies/check", {"policy": policy}),
            "submit": self._submit,
            "topology": lambda network="": self._get("/topology", network=network),
            "diagnostics": lambda network="": self._get(f"/networks/{quote(network or 'active', '')}/diagnostics"),
            "networks": lambda: self._get("/networks"),
            "activate": lambda network: self._post(f"/networks/{quote(network, '')}/activate"),
            "job": lambda job: self._get(f"/jobs/{quote(job, '')}"),
            "jobs": self._jobs,
            "result": lambda job: self._get(f"/jobs/{quote(job, '')}/result"),
            "cancel": lambda job: self._post(f"/jobs/{quote(job, '')}/cancel"),
            "remove": self._remove,
            "report": self._report,
            "upload_begin": sending.begin,
            "upload_part": sending.part,
            "upload_end": sending.end,
            "upload_cancel": sending.cancel,
        }
        self._streams: dict[str, Callable[..., Iterator[Any]]] = {"watch": self._watch, "download": self._download}

    def ask(self, call: str, **params: Any) -> Any:
        if call not in self._calls:
            raise FailureError(f"a server elsewhere does not offer this ({call})")
        return self._calls[call](**params)

    def events(self, call: str, **params: Any) -> Iterator[Any]:
        yield from self._streams[call](**params)

    def ask_running(self, call: str, **params: Any) -> Any:
        raise FailureError(f"`engine` is about the engine of this machine, and {self._server.url} is elsewhere")

    def _get(self, path: str, **query: Any) -> Any:
        known = {name: value for name, value in query.items() if value not in (None, "")}
        return self._server.document("GET", ROOT + path + (f"?{urlencode(known)}" if known else ""))

    def _post(self, path: str, body: object = None, **headers: str) -> Any:
        return self._server.document("POST", ROOT + path, body, **headers)

    def _health(self) -> Any:
        return {"network": self._get("/networks/active")["label"]}

    def _submit(self, question: Any) -> Any:
        """Asked again where the connection ends, it is still one test."""
        return self._server.document("POST", f"{ROOT}/jobs", question, **{"Idempotency-Key": secrets.token_hex(16)})

    def _jobs(self, before: int | None = None, **wanted: Any) -> Any:
        return self._get("/jobs", cursor=before, **wanted)

    def _remove(self, job: str) -> Any:
        self._server.ask("DELETE", f"{ROOT}/jobs/{quote(job, '')}")
        return {"removed": True}

    def _report(self, job: str, **wanted: str) -> Any:
        path = f"{ROOT}/jobs/{quote(job, '')}/report.pdf?{urlencode(wanted)}"
        return {"job": job, "pdf": b64encode(self._server.ask("GET", path)).decode()}

    def _watch(self, job: str) -> Iterator[Any]:
        """As the engine tells it: how it is first, then what happens. A connection that ends is opened again."""
        now = self._get(f"/jobs/{quote(job, '')}")
        snapshot = now.pop("snapshot")
        yield {"job": now, "snapshot": snapshot}
        after = int(snapshot["seq"])
        for number in range(TRIES):
            for name, document in self._stream(job, after):
                if name == "end":
                    return
                if name == "place":
                    yield {"place": document}
                else:
                    after = int(document["seq"])
                    yield {"event": document}
            if number == TRIES - 1:
                raise FailureError(f"{self._server.url} ends each connection that tells of {job}")

    def _stream(self, job: str, after: int) -> Iterator[tuple[str, Any]]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        path = f"{ROOT}/jobs/{quote(job, '')}/events?after={after}"
        with self._server.opened(path, headers, SILENCE_S) as answer:
            for told in read(self._server.lines(answer)):
                yield told.name, self._server.decoded(told.data.encode())

    def _download(self, network: str = "") -> Iterator[Any]:
        label = network or self._health()["network"]
        path = f"{ROOT}/networks/{quote(label, '')}/facts.tar.gz"
        with self._server.opened(path, {}, LONGEST_S) as answer:
            given = answer.headers.get_filename() or ""
            yield {"network": {"label": label}, "file": PurePosixPath(given).name or "facts.tar.gz"}
            while piece := self._server.read(answer, PIECE):
                yield {"data": b64encode(piece).decode()}
