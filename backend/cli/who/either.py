"""One answers as long as it can, and another where that cannot: the same, and a person is told why."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from backend.cli.error import AwayError, BeyondError
from backend.cli.who import Document, Hear

if TYPE_CHECKING:
    from backend.facts import Reading

T = TypeVar("T")


class Who(Protocol):
    """Raises UsageError, FailureError, or AwayError where another one may be asked."""

    @property
    def known(self) -> str:
        """The label of the facts where they have been asked before; else nothing."""

    def network(self) -> str:
        """The label of the facts."""

    def trace(self, question: Document) -> Document: ...

    def reach(self, question: Document) -> Document: ...

    def prove(self, question: Document, hear: Hear) -> Document:
        """`hear` is told how far it is."""

    def tested(self, question: Document, hear: Hear) -> Document:
        """The result of a whole test, as it is kept (wire/schemas/result.json)."""

    def topology(self) -> Document: ...

    def facts(self) -> Document:
        """Which there are, and what of them was not understood."""

    def diagnostics(self) -> int:
        """How many things that is."""

    def plan(self) -> Document:
        """How a lab of the whole network is built."""

    def reading(self) -> "Reading":
        """The facts themselves, for what is decided with all of them at hand."""

    def checked(self, policy: str) -> Document | None:
        """What of a policy is kept, by who gives the facts to few; None: they are to be had by `reading`."""

    def raise_lab(self, directory: Path, routers: Sequence[str]) -> bool:
        """A lab to play in is up then; whether it is a new one."""


class Either:
    def __init__(self, first: Who, second: Callable[[], Who], tell: Callable[[str], None]) -> None:
        """`second` is made when it is needed."""
        self._first = first
        self._make = second
        self._tell = tell
        self._second: Who | None = None
        self._is_first_away = False

    @property
    def known(self) -> str:
        return self._second.known if self._is_first_away and self._second is not None else self._first.known

    def network(self) -> str:
        return self._asked(lambda who: who.network())

    def trace(self, question: Document) -> Document:
        return self._asked(lambda who: who.trace(question))

    def reach(self, question: Document) -> Document:
        return self._asked(lambda who: who.reach(question))

    def prove(self, question: Document, hear: Hear) -> Document:
        return self._asked(lambda who: who.prove(question, hear))

    def tested(self, question: Document, hear: Hear) -> Document:
        return self._asked(lambda who: who.tested(question, hear))

    def topology(self) -> Document:
        return self._asked(lambda who: who.topology())

    def facts(self) -> Document:
        return self._asked(lambda who: who.facts())

    def diagnostics(self) -> int:
        return self._asked(lambda who: who.diagnostics())

    def plan(self) -> Document:
        return self._asked(lambda who: who.plan())

    def reading(self) -> "Reading":
        return self._asked(lambda who: who.reading())

    def checked(self, policy: str) -> Document | None:
        return self._asked(lambda who: who.checked(policy))

    def raise_lab(self, directory: Path, routers: Sequence[str]) -> bool:
        return self._asked(lambda who: who.raise_lab(directory, routers))

    def _asked(self, work: Callable[[Who], T]) -> T:
        if not self._is_first_away:
            try:
                return work(self._first)
            except AwayError as error:
                self._is_first_away = not isinstance(error, BeyondError)
                if str(error):
                    self._tell(f"answered without the engine: {error}")
        if self._second is None:
            self._second = self._make()
        return work(self._second)
