import os
import subprocess
from collections.abc import Iterator

import pytest

from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.ipset import copies, list_sets
from backend.lab.kernel.namespace import inside, new_network

pytestmark = [pytest.mark.root, pytest.mark.serial]
SETS = """create a hash:ip counters comment
create b hash:net family inet6
create c list:set size 16
create d hash:ip,port,net
create e bitmap:port range 0-1000
create f hash:net,iface
create g bitmap:ip,mac range 10.0.0.0/24
create h hash:net skbinfo
create empty hash:ip maxelem 7 hashsize 64
create i hash:ip,port,ip family inet6
add a 10.0.0.1 packets 5 bytes 10 comment "x y"
add b 2001:db8::/64 nomatch
add b 2001:db8::/32
add c h
add c a
add d 10.0.0.1,udp:53,10.0.0.0/8
add d 10.0.0.1,icmp:8/0,10.0.0.0/8
add e 5
add e 999
add f 10.0.0.0/8,eth0
add f 10.0.0.0/8,physdev:eth1
add g 10.0.0.5,02:00:00:00:00:01
add h 10.0.0.0/8 skbmark 0x5/0xff
add i 2001:db8::1,tcp:80,2001:db8::2
"""


@pytest.fixture
def namespaces() -> Iterator[tuple[int, int]]:
    with new_network() as one, new_network() as other:
        pass
    yield one, other
    os.close(one)
    os.close(other)


def copied(namespaces: tuple[int, int], text: str) -> list[list[str]]:
    one, other = namespaces
    with inside(one):
        subprocess.run(["ipset", "restore"], input=text, text=True, check=True)
        source = Channel(NETFILTER)
    with inside(other):
        target = Channel(NETFILTER)
    names = [line.split()[1] for line in text.splitlines() if line.startswith("create ")]
    for message in copies(source.ask(list_sets()), names):
        assert target.send([message]) == []
    source.close()
    target.close()
    found = []
    for namespace in namespaces:
        with inside(namespace):
            done = subprocess.run(["ipset", "save"], capture_output=True, text=True, check=True)
        found.append(done.stdout.splitlines())
    return found


def test_sets_of_all_sorts_are_the_same_in_another_namespace(namespaces: tuple[int, int]) -> None:
    one, other = copied(namespaces, SETS)
    assert other == one
    assert len(one) == len(SETS.splitlines())


def test_an_entry_that_ends_still_ends(namespaces: tuple[int, int]) -> None:
    one, other = copied(
        namespaces, "create t hash:ip timeout 300\nadd t 10.0.0.1 timeout 100\nadd t 10.0.0.2 timeout 0\n"
    )
    assert other[0] == one[0]
    assert sorted(line.partition(" timeout ")[0] for line in other[1:]) == ["add t 10.0.0.1", "add t 10.0.0.2"]
    assert any(line.endswith(("timeout 100", "timeout 99", "timeout 98")) for line in other)


def test_a_set_that_is_told_in_many_messages(namespaces: tuple[int, int]) -> None:
    entries = "".join(f"add big 10.{number >> 8}.{number & 255}.1\n" for number in range(9000))
    one, other = copied(namespaces, f"create big hash:ip\n{entries}")
    assert sorted(other) == sorted(one)
    assert len(other) == 9001
