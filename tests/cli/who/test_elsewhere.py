from pathlib import Path

import pytest

from backend.cli.error import FailureError
from backend.cli.who.elsewhere import Elsewhere
from backend.cli.who.link import Link
from backend.config import Config


def test_what_needs_this_machine_is_refused_and_not_tried() -> None:
    who = Elsewhere(Link(Config()))
    for work in (who.plan, lambda: who.raise_lab(Path("x"), ())):
        with pytest.raises(FailureError, match="a server elsewhere was named"):
            work()
