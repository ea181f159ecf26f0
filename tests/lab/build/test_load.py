import os
import subprocess
from collections.abc import Iterator, Sequence

import pytest
from msgspec.structs import replace

from backend.lab.build import backend, tool
from backend.lab.build.load import load
from backend.lab.build.space import Space
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from tests.lab.saved import load_rules, load_sets

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULES = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n"
both = pytest.mark.parametrize("kind", list(Backend))


@pytest.fixture
def spaces() -> Iterator[dict[str, Space]]:
    found = Space.make(f"r{number}" for number in range(15))
    yield found
    for space in found.values():
        space.channel.close()
        os.close(space.descriptor)


def saved(space: Space, kind: Backend) -> str:
    with inside(space.descriptor):
        return subprocess.run([f"iptables-{kind}-save"], capture_output=True, text=True, check=True).stdout


@both
def test_many_are_loaded_side_by_side_and_the_wrong_ones_named(kind: Backend, spaces: dict[str, Space]) -> None:
    operations = [load_rules(name, RULES) for name in spaces]
    operations[4] = load_rules("r4", RULES.replace("tcp", "tpc"))
    loaded, refusals = load(operations, spaces, (kind,))
    assert [each.router for each in refusals] == ["r4"]
    assert loaded.backend is kind
    assert loaded.numbers["r14", 4, "filter", "INPUT"] == (1,)


@both
def test_what_one_kind_of_iptables_loads_the_other_does_not_have(kind: Backend, spaces: dict[str, Space]) -> None:
    load([load_rules("r1", RULES)], spaces, (kind,))
    with_rules = [each for each in Backend if "-A INPUT" in saved(spaces["r1"], each)]
    assert with_rules == [kind]


def test_handles_are_known_where_events_name_them(spaces: dict[str, Space]) -> None:
    loaded, _ = load([load_rules("r1", RULES), load_rules("r1", RULES, 6)], spaces, (Backend.NFT,))
    assert sorted((*key[:4], position) for key, position in loaded.handles.items()) == [
        ("r1", 4, "filter", "INPUT", 1),
        ("r1", 6, "filter", "INPUT", 1),
    ]
    loaded, _ = load([load_rules("r1", RULES)], spaces, (Backend.LEGACY,))
    assert loaded.handles == {}


def test_sets_come_before_the_rules_that_name_them(spaces: dict[str, Space]) -> None:
    rules = load_rules("r1", RULES.replace("-p tcp", "-m set --match-set a src"))
    _, refusals = load([rules, load_sets("r1", "create a hash:ip\nadd a 10.0.0.1\n")], spaces, Backend)
    assert refusals == []


def test_where_no_kind_works_it_is_told_once(spaces: dict[str, Space], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "TRIAL", "*filter\n-A INPUT -j NOSUCH\nCOMMIT\n")
    loaded, refusals = load([load_rules("r1", RULES), load_rules("r2", RULES)], spaces, (Backend.NFT,))
    assert loaded.backend is None
    assert loaded.numbers == {}
    assert [each.namespace for each in refusals] == ["lab"]


SETS = "create a hash:ip\nadd a 10.0.0.1\nadd a no.such.name\ncreate b hash:ip\nadd b 10.0.0.1\n"
NAMING = """*filter
:INPUT ACCEPT [0:0]
-A INPUT -p udp -m set --match-set a src -j DROP
-A INPUT -p udp -m set --match-set b src -j DROP
-A INPUT -p udp -m set --match-set gone src -j DROP
COMMIT
"""


@both
def test_a_rule_on_a_set_that_is_not_as_in_the_facts_is_not_loaded(kind: Backend, spaces: dict[str, Space]) -> None:
    loaded, refusals = load([load_sets("r1", SETS), load_rules("r1", NAMING)], spaces, (kind,))
    assert loaded.markers == {("r1", 4, "filter", "INPUT", 1), ("r1", 4, "filter", "INPUT", 3)}
    assert loaded.numbers["r1", 4, "filter", "INPUT"] == (1, 2, 3)
    assert [(each.section, each.line) for each in refusals] == [
        ("ipset_save", 3),
        ("iptables_save", 3),
        ("iptables_save", 5),
    ]
    assert "set a lacks an entry" in refusals[1].message
    rules = [line for line in saved(spaces["r1"], kind).splitlines() if line.startswith("-A")]
    assert rules == ["-A INPUT -p udp", "-A INPUT -p udp -m set --match-set b src -j DROP", "-A INPUT -p udp"]


def test_a_table_that_cannot_be_made_is_lacking(spaces: dict[str, Space]) -> None:
    loaded, _ = load([load_rules("r1", RULES.replace("*filter", "*nosuch"))], spaces, Backend)
    assert loaded.lacking == {("r1", 4, "nosuch")}


MACS = "create m hash:mac\nadd m 02:00:00:00:00:01\ncreate n hash:mac\nadd n 02:00:00:00:00:02\n"
ON_MACS = """*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m set --match-set m src -j DROP
-A FORWARD -i eth0 -m set ! --match-set n src -j DROP
COMMIT
"""


@both
def test_a_set_that_this_kernel_may_lack_is_there_or_carried(kind: Backend, spaces: dict[str, Space]) -> None:
    loaded, refusals = load([load_sets("r1", MACS), load_rules("r1", ON_MACS)], spaces, (kind,))
    assert loaded.numbers["r1", 4, "filter", "FORWARD"] == (1, 2)
    rules = [line for line in saved(spaces["r1"], kind).splitlines() if line.startswith("-A")]
    if not refusals:
        assert "--match-set m src" in rules[0]
        return
    assert rules == ["-A FORWARD -m mac --mac-source 02:00:00:00:00:01 -j DROP", "-A FORWARD -i eth0"]
    assert loaded.markers == {("r1", 4, "filter", "FORWARD", 2)}
    assert [(each.section, each.line) for each in refusals] == [("ipset_save", 3), ("iptables_save", 4)]


@both
def test_what_was_loaded_once_is_loaded_again_without_the_tool(
    kind: Backend, spaces: dict[str, Space], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = load_rules("r1", RULES.replace("-p tcp", "-m set --match-set again src"))
    sets = load_sets("r1", "create other hash:ip\ncreate again hash:ip\nadd again 192.0.2.77\n")
    first, _ = load([sets, rules], spaces, (kind,))
    asked: list[Sequence[str]] = []
    real = tool.run

    def run(descriptor: int, command: Sequence[str], text: str, timeout_s: float = 9.0) -> tool.Said:
        asked.append(command)
        return real(descriptor, command, text, timeout_s)

    monkeypatch.setattr(tool, "run", run)
    second, _ = load([replace(each, namespace="r2") for each in (sets, rules)], spaces, (kind,))
    assert [command for command in asked if command[0] == "ipset"] == []
    assert (asked != []) is (kind is Backend.NFT)
    assert saved(spaces["r2"], kind).count("--match-set again src") == 1
    with inside(spaces["r2"].descriptor):
        assert (
            subprocess.run(["ipset", "test", "again", "192.0.2.77"], check=False, capture_output=True).returncode == 0
        )
    assert second.numbers["r2", 4, "filter", "INPUT"] == first.numbers["r1", 4, "filter", "INPUT"]


def test_where_sets_were_made_in_another_order_a_rule_still_asks_its_own(spaces: dict[str, Space]) -> None:
    rules = RULES.replace("-p tcp", "-m set --match-set mine src")
    for router, names in (("r1", ("mine", "yours")), ("r2", ("yours", "mine"))):
        sets = load_sets(router, "".join(f"create {name} hash:ip\n" for name in names))
        load([sets, load_rules(router, rules)], spaces, (Backend.LEGACY,))
        assert "--match-set mine src" in saved(spaces[router], Backend.LEGACY)


def test_a_set_of_sets_among_others_is_the_same_to_rules_when_it_is_loaded_again(spaces: dict[str, Space]) -> None:
    made = "create one hash:ip\ncreate all list:set\ncreate two hash:ip\nadd all one\n"
    rules = RULES.replace("-p tcp", "-m set --match-set two src -m set --match-set all src")
    for router in ("r1", "r2"):
        load([load_sets(router, made), load_rules(router, rules)], spaces, (Backend.LEGACY,))
        assert "--match-set two src -m set --match-set all src" in saved(spaces[router], Backend.LEGACY)


def test_what_was_refused_once_is_told_again(spaces: dict[str, Space]) -> None:
    rules = load_rules("r1", RULES.replace("-p tcp", "-p udp -m nosuch"))
    (_, first), (_, second) = (load([replace(rules, namespace=each)], spaces, Backend) for each in ("r1", "r2"))
    assert [each.message for each in first] == [each.message for each in second]
    assert len(first) == 1
