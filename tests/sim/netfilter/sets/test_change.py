import pytest

from backend.sim.netfilter.sets.change import add, delete
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import meeting, sets, tcp

Changes = dict[tuple[str, tuple[str, ...]], bool]
ONE = (True, False, False)


def added(saved: str, has_exist: bool = False, source: str = "10.0.0.1") -> tuple[bool, Changes]:
    seen = tcp(source, "11.0.0.1")
    done = add(sets(saved)["s"], seen, ONE, has_exist)
    return done, seen.changed_sets


def deleted(saved: str, source: str = "10.0.0.1") -> tuple[bool, Changes]:
    seen = tcp(source, "11.0.0.1")
    return delete(sets(saved)["s"], seen, ONE), seen.changed_sets


@pytest.mark.parametrize(
    ("saved", "elements"),
    [
        ("create s hash:ip\n", ("10.0.0.1",)),
        ("create s hash:ip netmask 24\n", ("10.0.0.0",)),
        ("create s hash:net\n", ("10.0.0.1",)),
        ("create s hash:net\nadd s 12.0.0.0/8\nadd s 13.0.0.0/16\n", ("10.0.0.0/16",)),
        ("create s hash:ip,port\n", ("10.0.0.1", "tcp:80")),
        ("create s hash:ip,port,net\nadd s 1.1.1.1,80,2.2.0.0/16\n", ("10.0.0.1", "tcp:80", "11.0.0.0/16")),
        ("create s hash:ip,mark\n", ("10.0.0.1", "0x00000000")),
        ("create s hash:net,iface\n", ("10.0.0.1", "eth1")),
        ("create s hash:net,iface\nadd s 12.0.0.0/8,eth0\n", ("10.0.0.0/8", "eth1")),
        ("create s bitmap:ip range 10.0.0.0/24\n", ("10.0.0.1",)),
        ("create s hash:mac\n", ()),
    ],
)
def test_what_is_added(saved: str, elements: tuple[str, ...]) -> None:
    assert added(saved) == (True, {("s", elements): True})


@pytest.mark.parametrize(
    "saved",
    [
        "create s hash:ip family inet6\n",
        "create s hash:ip,port,ip,ip\n",
        "create s bitmap:ip range 12.0.0.0/24\n",
        "create s bitmap:port range 0-9\n",
        "create s hash:ip\nadd s 10.0.0.1\n",
        "create s hash:net\nadd s 10.0.0.1 nomatch\n",
        "create s hash:ip maxelem 1\nadd s 10.0.0.2\n",
    ],
)
def test_what_cannot_be_added(saved: str) -> None:
    assert added(saved) == (False, {})


def test_what_is_there_is_there_anew() -> None:
    assert added("create s hash:net\nadd s 10.0.0.1 nomatch\n", has_exist=True) == (True, {("s", ("10.0.0.1",)): True})
    assert added("create s hash:ip timeout 9\nadd s 10.0.0.1 timeout 3\n") == (False, {("s", ("10.0.0.1",)): True})


@pytest.mark.parametrize("option", ["timeout 9", "forceadd", "hashsize 2048"])
def test_a_matter_of_luck(option: str) -> None:
    assert added(f"create s hash:ip maxelem 1 {option}\nadd s 10.0.0.2\n") == (True, {("s", ()): True})


def test_what_is_deleted() -> None:
    assert deleted("create s hash:ip\nadd s 10.0.0.1\n") == (True, {("s", ("10.0.0.1",)): False})
    assert deleted("create s hash:ip\nadd s 10.0.0.2\n") == (False, {})
    # Not the network that the packet belongs to, but the element that is made of it.
    assert deleted("create s hash:net\nadd s 10.0.0.0/8\nadd s 12.0.0.0/16\n") == (False, {})
    assert deleted("create s hash:net\nadd s 10.0.0.0/8\n") == (True, {("s", ("10.0.0.0/8",)): False})
    assert deleted("create s hash:mac\nadd s 02:00:00:00:00:01\n") == (True, {("s", ()): True})


def test_a_list_takes_it_in_the_first_set_that_can() -> None:
    saved = "create s list:set\ncreate a hash:ip\ncreate b hash:ip\nadd s a\nadd s b\nadd a 10.0.0.1\n"
    assert added(saved) == (True, {("b", ("10.0.0.1",)): True})
    assert added(saved, has_exist=True) == (True, {("a", ("10.0.0.1",)): True})
    assert deleted(f"{saved}add b 10.0.0.1\n") == (True, {("a", ("10.0.0.1",)): False})


def test_one_after_the_other() -> None:
    made = sets("create s hash:ip\n")["s"]
    seen, other = tcp("10.0.0.1", "11.0.0.1"), tcp("10.0.0.2", "11.0.0.1")
    assert add(made, seen, ONE, has_exist=False)
    assert not add(made, seen, ONE, has_exist=False)
    assert delete(made, seen, ONE)
    assert not delete(made, seen, ONE)
    assert seen.changed_sets == {("s", ("10.0.0.1",)): False}
    assert other.changed_sets == {}


def test_a_port_that_is_not_said() -> None:
    seen = meeting(packet("10.0.0.1", "11.0.0.1", "tcp"))
    assert add(sets("create s hash:ip,port\n")["s"], seen, ONE, has_exist=False)
    assert seen.changed_sets == {("s", ()): True}
