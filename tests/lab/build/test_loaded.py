from backend.lab.build.loaded import Loaded, numbers, together
from backend.lab.plan.operation import Backend
from backend.lab.plan.tracing import traced
from tests.lab.saved import load_rules

RULES = "*raw\n:PREROUTING ACCEPT [0:0]\n:own - [0:0]\n-A PREROUTING -j own\n-A own -j DROP\n-A own -j DROP\nCOMMIT\n"


def test_each_loaded_rule_has_its_number_in_the_facts() -> None:
    rules = load_rules("r1", RULES)
    assert numbers("r1", 4, traced(rules.lines, ("",))) == {
        ("r1", 4, "raw", "PREROUTING"): (0, 1),
        ("r1", 4, "raw", "OUTPUT"): (0,),
        ("r1", 4, "raw", "own"): (1, 2),
    }


def test_what_was_loaded_one_by_one_is_told_together() -> None:
    one = Loaded(Backend.NFT, {("a", 4, "t", "c"): (1,)}, frozenset((("a", 4, "t", "c", 1),)))
    other = Loaded(Backend.NFT, {("b", 6, "t", "c"): (2,)}, lacking=frozenset((("b", 6, "x"),)), handles={
        ("b", 6, "t", "c", 9): 1,
    })  # fmt: skip
    found = together(Backend.NFT, (one, other))
    assert found.numbers == {("a", 4, "t", "c"): (1,), ("b", 6, "t", "c"): (2,)}
    assert (found.markers, found.lacking, found.handles) == (one.markers, other.lacking, other.handles)
