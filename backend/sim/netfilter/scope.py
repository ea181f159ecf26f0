"""What a rule is compiled for: its family, its router and the sets that it may ask."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from backend.model.address import Family
from backend.model.network import Router


class Scope(Struct, frozen=True, eq=False):
    family: Family
    router: Router
    sets: Mapping[str, Any] | None = None
    """Compiled; None where the facts do not tell the sets."""
    sets_missing: str = "ipset_save is not in the facts"
