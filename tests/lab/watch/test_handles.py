import struct

from backend.lab.kernel.netlink import attribute
from backend.lab.watch.handles import list_rules, positions


def rule(family: int, table: str, chain: str, handle: int) -> bytes:
    names = attribute(1, table.encode() + b"\0") + attribute(2, chain.encode() + b"\0")
    return struct.pack("=BBH", family, 0, 0) + names + attribute(3, struct.pack(">Q", handle))


def test_each_chain_counts_its_own_rules_in_the_order_in_which_they_are_listed() -> None:
    listed = [
        rule(2, "filter", "FORWARD", 9),
        rule(2, "filter", "FORWARD", 4),
        rule(2, "filter", "INPUT", 7),
        rule(10, "filter", "FORWARD", 4),
        rule(2, "raw", "FORWARD", 9),
    ]
    assert positions(listed) == {
        (4, "filter", "FORWARD", 9): 1,
        (4, "filter", "FORWARD", 4): 2,
        (4, "filter", "INPUT", 7): 1,
        (6, "filter", "FORWARD", 4): 1,
        (4, "raw", "FORWARD", 9): 1,
    }


def test_an_inet_table_has_rules_of_both_families_and_a_bridge_table_of_none() -> None:
    found = positions([rule(1, "t", "c", 3), rule(7, "t", "c", 3)])
    assert found == {(4, "t", "c", 3): 1, (6, "t", "c", 3): 1}


def test_all_families_are_asked_for() -> None:
    assert list_rules().body == bytes(4)
