import os
import subprocess
from collections.abc import Iterator

import pytest

from backend.lab.build import tool
from backend.lab.build.compiled import CompiledRules, Store, compile_rules, compile_sets, key_of, put_rules, put_sets
from backend.lab.build.refused import Outcome
from backend.lab.build.sets import SetsOutcome
from backend.lab.kernel.namespace import inside, new_network
from backend.lab.kernel.xtables import Table
from tests.lab.saved import load_rules

RULES = """*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m set --match-set b src -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -j REDIRECT --to-ports 80
COMMIT
"""
SETS = "create a hash:ip\ncreate b hash:ip\n"
LINES = load_rules("r1", RULES).lines


@pytest.fixture
def namespaces() -> Iterator[tuple[int, int]]:
    with new_network() as one, new_network() as other:
        pass
    yield one, other
    os.close(one)
    os.close(other)


def rules(namespace: int) -> list[str]:
    with inside(namespace):
        done = subprocess.run(["iptables-legacy-save"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("-A")]


@pytest.mark.root
@pytest.mark.serial
def test_all_tables_of_a_router_are_put_into_another_with_the_same_sets(namespaces: tuple[int, int]) -> None:
    one, other = namespaces
    for namespace in namespaces:
        assert tool.run(namespace, ["ipset", "restore"], SETS).is_done
    assert tool.run(one, ["iptables-legacy-restore"], RULES).is_done
    put_rules(other, compile_rules(one, 4, Outcome(tuple(LINES))))
    assert rules(other) == rules(one)
    assert len(rules(other)) == 2


@pytest.mark.root
@pytest.mark.serial
def test_sets_are_put_into_another_namespace(namespaces: tuple[int, int]) -> None:
    one, other = namespaces
    assert tool.run(one, ["ipset", "restore"], SETS).is_done
    put_sets(other, compile_sets(one, SetsOutcome(("a", "b"))))
    put_rules(other, compile_rules(one, 4, Outcome(())))
    assert tool.run(other, ["ipset", "restore"], "add a 10.0.0.1\nadd b 10.0.0.1\n").is_done
    with pytest.raises(OSError, match=r".+"):
        put_sets(other, compile_sets(one, SetsOutcome(("a", "b"))))


def test_a_key_tells_apart_what_makes_other_tables() -> None:
    keys = {
        key_of(4, ("a", "b"), LINES),
        key_of(6, ("a", "b"), LINES),
        key_of(4, ("b", "a"), LINES),
        key_of(4, ("a", "b"), LINES[:4]),
        key_of(4, ("a", "b"), load_rules("r1", f"# at other lines\n{RULES}").lines),
    }
    assert len(keys) == 5
    assert key_of(4, ["a", "b"], load_rules("r2", RULES).lines) in keys


def compiled(size: int) -> CompiledRules:
    return CompiledRules(4, Outcome(()), (Table("filter", 0, b"", b"", 0, bytes(size)),))


def test_what_has_not_been_used_for_longest_is_forgotten() -> None:
    store = Store(limit=100)
    for name in (b"a", b"b", b"c"):
        store.keep(name, compiled(30))
    store.find(b"a")
    store.keep(b"d", compiled(30))
    assert [name for name in (b"a", b"b", b"c", b"d") if store.find(name)] == [b"a", b"c", b"d"]
    store.keep(b"e", compiled(1000))
    assert store.find(b"e") is None, "too much for any store"


def test_families_of_which_rules_were_loaded() -> None:
    store = Store()
    assert store.families() == set()
    store.keep(b"a", compiled(1))
    assert store.families() == {4}


def test_what_is_new_is_told_once() -> None:
    store = Store()
    store.add({b"a": compiled(1)})
    store.keep(b"b", compiled(2))
    assert list(store.taken()) == [b"b"]
    assert store.taken() == {}
    other = Store()
    other.add({b"b": compiled(2)})
    assert other.find(b"b") == compiled(2)
