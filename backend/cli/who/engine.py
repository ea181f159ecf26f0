"""The engine answers, and what it does not offer is answered here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.cli.error import AwayError, BeyondError, FailureError, UsageError
from backend.cli.who import Document, Hear
from backend.cli.who.link import ANSWERS, TOO_MUCH, Link
from backend.cli.who.proof import proved, tested
from backend.engine.protocol import Code, EngineError
from backend.wire.given import shown

if TYPE_CHECKING:
    from backend.facts import Reading


class Engine:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._label = ""

    @property
    def known(self) -> str:
        return self._label

    def network(self) -> str:
        self._label = str(self._ask("health")["network"])
        return self._label

    def trace(self, question: Document) -> Document:
        return self._about(self._ask("trace", question=question))

    def reach(self, question: Document) -> Document:
        return self._about(self._ask("reach", question=question))

    def prove(self, question: Document, hear: Hear) -> Document:
        return self._about(answered(lambda: proved(self._link, question, hear)))

    def tested(self, question: Document, hear: Hear) -> Document:
        result: Document = answered(lambda: tested(self._link, question, hear))
        self._about(result)
        return result

    def topology(self) -> Document:
        document: Document = self._ask("topology")
        self._label = "{name}@{hash:.8}".format_map(document["network"])
        return document

    def facts(self) -> Document:
        """Both of the same snapshot, whatever becomes active in between."""
        said = self._ask("diagnostics")
        label = said["network"]
        routers = self._ask("topology", network=label)["routers"]
        return self._about({"network": label, "routers": [each["name"] for each in routers], **said})

    def diagnostics(self) -> int:
        return len(self._ask("diagnostics")["diagnostics"])

    def plan(self) -> Document:
        raise BeyondError

    def reading(self) -> "Reading":
        from backend.cli.who.fetching import fetched  # which brings all that reads facts

        reading: Reading = answered(lambda: fetched(self._link))
        self._label = reading.network.label
        return reading

    def checked(self, policy: str) -> Document | None:
        """The engine of this machine gives its owner the facts, and here nobody has to wait for a turn."""
        return None

    def raise_lab(self, directory: Path, routers: Sequence[str]) -> bool:
        """The lab of an engine has its place beside it, which is `directory`."""
        known = sorted(each["name"] for each in self.topology()["routers"]) if routers else []
        for name in sorted(set(routers).difference(known)):
            text = f"--routers: {shown(name)} is no router of this network; there are {', '.join(known)}"
            raise UsageError(text)
        return bool(self._ask("lab_up", routers=list(routers))["is_new"])

    def _about(self, document: Document) -> Document:
        self._label = document["network"]
        return document

    def _ask(self, call: str, **params: Any) -> Any:
        return answered(lambda: self._link.ask(call, **params))


def answered(work: Callable[[], Any]) -> Any:
    """What the engine refuses, as a command says it."""
    try:
        return work()
    except EngineError as error:
        if error.code in TOO_MUCH:
            raise BeyondError(str(error)) from None
        if error.code not in ANSWERS:
            raise AwayError(str(error)) from None
        if error.code == Code.BAD_VALUE:
            raise UsageError(str(error)) from None
        raise FailureError(str(error)) from None
