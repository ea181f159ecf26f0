import msgspec
import pytest

from backend.engine.workers import handed
from backend.lab.build.compiled import Compiled, CompiledRules, CompiledSets
from backend.lab.build.refused import Outcome
from backend.lab.build.sets import SetsOutcome
from backend.lab.kernel.netlink import Message
from backend.lab.kernel.xtables import Table
from backend.lab.plan.operation import RuleLine, SetLine

RULE = RuleLine("-A FORWARD -j DROP", "filter", "FORWARD", 3, 12)
RULES = CompiledRules(
    6,
    Outcome((RULE,), ((RULE, "no"),), frozenset([("filter", "FORWARD", 3)]), frozenset(["raw"])),
    (Table("filter", 14, b"\x00\xff", b"\x01", 4, bytes(range(256))),),
)
SETS = CompiledSets(
    SetsOutcome(("a",), ((SetLine("create a hash:ip", "a"), "no"),), {"b": "why"}), (Message(1, 2, b"\xff"),)
)
COMPILED: dict[bytes, Compiled] = {b"\x00" * 32: RULES, b"\xff" * 32: SETS}


def test_rules_and_sets_come_as_they_were_handed() -> None:
    assert handed.decode(handed.encode(COMPILED)) == COMPILED
    assert handed.decode(handed.encode({})) == {}


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x80\x04N.", handed.encode(COMPILED)[:-1]])
def test_anything_else_is_an_error(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        handed.decode(data)
