import pytest

from backend.lab.build.load import load
from backend.lab.build.space import Space
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import new_network
from tests.lab.saved import load_rules, load_sets

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULES = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n"


def test_many_are_loaded_side_by_side_and_the_wrong_ones_named() -> None:
    spaces = {f"r{number}": Space.make() for number in range(15)}
    try:
        operations = [load_rules(name, RULES) for name in spaces]
        operations[4] = load_rules("r4", RULES.replace("tcp", "tpc"))
        refusals = list(load(operations, spaces))
    finally:
        for space in spaces.values():
            space.channel.close()
    assert [each.namespace for each in refusals] == ["r4"]
    assert "(-A INPUT -p tpc -j ACCEPT)" in refusals[0].message or "tpc" in refusals[0].message


def test_sets_come_with_their_line() -> None:
    with new_network() as descriptor:
        space = Space(descriptor, Channel(), {})
    (refusal,) = load([load_sets("r1", "create a hash:ip\nadd a nonsense\n")], {"r1": space})
    space.channel.close()
    assert "(add a nonsense)" in str(refusal)
