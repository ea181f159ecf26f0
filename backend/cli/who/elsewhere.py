"""A server elsewhere answers as the engine does, and nobody answers in its place."""

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from backend.cli.error import FailureError
from backend.cli.who import Document
from backend.cli.who.engine import Engine


class Elsewhere(Engine):
    def plan(self) -> Document:
        _refuse("`network plan` reads the facts itself")

    def checked(self, policy: str) -> Document:
        return self._about(self._ask("check", policy=policy))

    def raise_lab(self, directory: Path, routers: Sequence[str]) -> bool:
        _refuse("a lab to play in stands on this machine")


def _refuse(what: str) -> NoReturn:
    raise FailureError(f"{what}, and a server elsewhere was named: leave --server and TSIM_SERVER out")
