import pytest

from backend.model.address import Family
from backend.sim.netfilter.sets.compiled import Listed, Room
from tests.sim.netfilter.sets.build import sets

TYPES = [
    ("bitmap:ip", "range 10.0.0.0/16", 4, 1),
    ("bitmap:ip,mac", "range 10.0.0.0/16", 4, 2),
    ("bitmap:port", "range 0-1023", None, 1),
    ("hash:ip", "family inet6", 6, 1),
    ("hash:mac", "", None, 1),
    ("hash:ip,mac", "", 4, 2),
    ("hash:net", "family inet", 4, 1),
    ("hash:net,net", "", 4, 2),
    ("hash:ip,port", "", 4, 2),
    ("hash:net,port", "", 4, 2),
    ("hash:ip,port,ip", "", 4, 3),
    ("hash:ip,port,net", "family inet6", 6, 3),
    ("hash:ip,mark", "", 4, 2),
    ("hash:net,port,net", "", 4, 3),
    ("hash:net,iface", "", 4, 2),
    ("list:set", "size 8", None, 1),
]


@pytest.mark.parametrize(("kind", "options", "family", "dimension"), TYPES)
def test_every_type(kind: str, options: str, family: Family | None, dimension: int) -> None:
    made = sets(f"create s {kind} {options}\n")["s"]
    assert (made.family, made.dimension, made.flaw) == (family, dimension, "")


def test_which_types_know_nomatch() -> None:
    made = sets("".join(f"create {at} {kind} {options}\n" for at, (kind, options, *_) in enumerate(TYPES)))
    assert [each.type for each in made.values() if each.has_nomatch] == [
        "hash:net", "hash:net,net", "hash:net,port", "hash:ip,port,net", "hash:net,port,net", "hash:net,iface",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("create s hash:colour\n", "set s: nobody knows the type hash:colour"),
        ("create s hash:ip\nadd s www\n", "set s: add s www: www is no address of IPv4"),
        ("create s hash:ip\nadd s 10.0.0.1,tcp:80\n", "set s: add s 10.0.0.1,tcp:80: expected ip"),
        ("create s hash:net,iface\nadd s 10.0.0.1\n", "set s: add s 10.0.0.1: expected net,iface"),
        ("create s hash:ip skbinfo\nadd s 10.0.0.1 skbmark red\n", "set s: red is no skbmark"),
        ("create s hash:ip timeout 5\nadd s 10.0.0.1 timeout soon\n", "set s: soon is no timeout"),
        ("create s list:set\nadd s other\n", "set s: its member other is not in the facts"),
    ],
)
def test_what_is_not_understood_is_a_flaw_of_the_set(text: str, flaw: str) -> None:
    assert sets(text)["s"].flaw == flaw


def test_options() -> None:
    made = sets("create s hash:ip maxelem 5 hashsize 64 timeout 0 counters skbinfo forceadd\n")["s"]
    assert (made.has_counters, made.has_marks) == (True, True)
    assert made.room == Room(True, 5, 64, True, True)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("bitmap:ip range 10.0.0.0/24", (0x0A000000, 0x0A0000FF)),
        ("bitmap:ip range 10.0.0.1-10.0.0.6", (0x0A000001, 0x0A000006)),
        ("bitmap:port range 20-30", (20, 30)),
    ],
)
def test_the_range_of_a_bitmap(text: str, span: tuple[int, int]) -> None:
    assert sets(f"create s {text}\n")["s"].room.span == span


def test_a_list_holds_its_sets_in_their_order() -> None:
    made = sets("create l list:set timeout 9\ncreate a hash:ip\ncreate b hash:net\nadd l b\nadd l a timeout 0\n")
    content = made["l"].content
    assert isinstance(content, Listed)
    assert [(each.name, member.ends_s) for each, member in content.members] == [("b", 9), ("a", 0)]
    assert content.members[0][0] is made["b"]
