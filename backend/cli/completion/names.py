"""Names that depend on the network, the engine or the disk. Where they cannot be had there are none."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from glob import escape, glob
from pathlib import Path
from typing import Any

from backend.cli.command import Shell
from backend.cli.error import AwayError, FailureError, UsageError
from backend.cli.who.link import Link
from backend.engine.protocol import EngineError
from backend.model.services import USUAL

Document = dict[str, Any]
REFUSALS = (EngineError, FailureError, UsageError, AwayError)
MOST_FILES = 200


class Names:
    def __init__(self, shell: Shell, facts: Path) -> None:
        """`facts`: read where no engine is running."""
        self._shell = shell
        self._facts = facts
        self._kinds: Mapping[str, Callable[[str], list[str]]] = {
            "machine": lambda _: self._machines,
            "router": lambda _: [router["name"] for router in self._topology.get("routers", ())],
            "service": lambda _: ["icmp", *USUAL],
            "job": lambda _: self._jobs(),
            "network": lambda word: [*self._networks(), *_files(word)],
            "file": _files,
            "result": lambda word: [*self._jobs(), *_files(word)],
            "variable": lambda _: [f"${name}" for name in shell.variables],
        }

    def of(self, kind: str, word: str) -> list[str]:
        return self._kinds[kind](word)

    @cached_property
    def _machines(self) -> list[str]:
        known = [*self._topology.get("hosts", ()), *self._topology.get("routers", ())]
        found = [name for each in known for name in (each["name"], *_addresses(each))]
        return list(dict.fromkeys(found))

    @cached_property
    def _topology(self) -> Document:
        with suppress(*REFUSALS):
            if self._shell.who.known:
                return self._shell.who.topology()
        return self._asked("topology") or self._read()

    def _read(self) -> Document:
        from backend.cli.who.here import here_at

        with suppress(*REFUSALS):
            return here_at(self._facts).topology()
        return {}

    def _jobs(self) -> list[str]:
        return [job["id"] for job in self._asked("jobs").get("jobs", ())]

    def _networks(self) -> list[str]:
        return [each["label"] for each in self._asked("networks").get("kept", ())]

    def _asked(self, call: str) -> Document:
        """Of an engine that is there already, or of a server elsewhere."""
        link = self._shell.link
        ask = link.ask_running if type(link) is Link else link.ask
        with suppress(*REFUSALS):
            document: Document = ask(call)
            return document
        return {}


def _addresses(machine: Document) -> list[str]:
    texts = machine.get("addresses") or [text for each in machine["interfaces"] for text in each["addresses"]]
    return [text.partition("/")[0] for text in texts]


def _files(word: str) -> list[str]:
    found = sorted(glob(f"{escape(word)}*"))[:MOST_FILES]
    return [f"{name}/" if Path(name).is_dir() else name for name in found]
