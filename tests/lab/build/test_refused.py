import subprocess
from collections.abc import Sequence

import pytest

from backend.lab.build import refused, tool
from backend.lab.build.refused import NOT_TRIED, Outcome, load_rules
from backend.lab.build.restore import Restore
from backend.lab.build.tool import Said
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.plan.tracing import traced
from tests.lab import saved

pytestmark = [pytest.mark.root, pytest.mark.serial]
both = pytest.mark.parametrize("kind", list(Backend))
RULES = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:own - [0:0]
:round - [0:0]
-A INPUT -p tcp -j ACCEPT
-A INPUT -s 10.0.0.0/8 -m set --match-set nosuch src -j DROP
-A INPUT -p tcp -m nonsense -j ACCEPT
-A INPUT -j NOCHAIN
-A INPUT ! -i eth0 -j MASQUERADE
-A INPUT -o eth0 -j ACCEPT
-A FORWARD -j own
-A FORWARD -d 10.0.0.0/8 -j CT --notrack
-A own -j round
-A own -p udp -j DROP
-A round -p icmp -j own
-A round -j RETURN
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j DROP
-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1
COMMIT
"""
LOADED = """-A INPUT -p tcp -j ACCEPT
-A INPUT -s 10.0.0.0/8
-A INPUT -p tcp
-A INPUT
-A INPUT ! -i eth0
-A INPUT
-A FORWARD -j own
-A FORWARD -d 10.0.0.0/8
-A own -j round
-A own -p udp -j DROP
-A round -p icmp
-A round -j RETURN
-A PREROUTING
-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1"""


def loaded(namespace: int, kind: Backend, text: str, runs: int = 1000) -> Outcome:
    return load_rules(Restore(namespace, kind, 4, runs), saved.load_rules("r1", text).lines)


def in_kernel(namespace: int, kind: Backend) -> list[str]:
    with inside(namespace):
        done = subprocess.run([f"iptables-{kind}-save"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith(("-A", ":"))]


def rules(namespace: int, kind: Backend) -> list[str]:
    return [line for line in in_kernel(namespace, kind) if line.startswith("-A")]


@both
def test_each_refused_rule_is_told_and_all_others_are_loaded_at_their_numbers(kind: Backend, namespace: int) -> None:
    outcome = loaded(namespace, kind, RULES)
    told = {line.line: reason for line, reason in outcome.refused}
    assert sorted(told) == [8, 9, 10, 11, 12, 14, 17, 22]
    assert "nosuch" in told[8]
    assert "nonsense" in told[9]
    assert "NOCHAIN" in told[10]
    assert {(chain, number) for _, chain, number in outcome.markers} == {
        *(("INPUT", number) for number in (2, 3, 4, 5, 6)), ("FORWARD", 2), ("round", 1), ("PREROUTING", 1),
    }  # fmt: skip
    found = [line.replace("-p tcp -m tcp", "-p tcp") for line in rules(namespace, kind)]
    assert sorted(found) == sorted(LOADED.splitlines())


@both
def test_rules_that_nobody_refuses_are_loaded_as_they_are(kind: Backend, namespace: int) -> None:
    text = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n"
    outcome = loaded(namespace, kind, text)
    assert (outcome.refused, outcome.markers) == ((), frozenset())
    assert rules(namespace, kind) == ["-A INPUT -j DROP"]


@both
def test_a_table_that_cannot_be_made_is_lacking_and_the_others_are_there(kind: Backend, namespace: int) -> None:
    table = "\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n"
    text = f"*nosuch{table}*filter{table}"
    outcome = loaded(namespace, kind, text)
    assert outcome.lacking == {"nosuch"}
    assert [line.text for line, _ in outcome.refused] == ["*nosuch"]
    assert rules(namespace, kind) == ["-A INPUT -j DROP"]


@both
def test_chains_and_policies_that_cannot_be_made(kind: Backend, namespace: int) -> None:
    text = f"*filter\n:INPUT NEVER [0:0]\n:{'x' * 40} - [0:0]\n-A INPUT -p tcp -j {'x' * 40}\n-A INPUT -j DROP\n"
    outcome = loaded(namespace, kind, f"{text}-A {'x' * 40} -j DROP\nCOMMIT\n")
    assert rules(namespace, kind) == ["-A INPUT -p tcp", "-A INPUT -j DROP"]
    assert outcome.markers == {("filter", "INPUT", 0), ("filter", "INPUT", 1)}
    assert [line.line for line, _ in outcome.refused if line.chain] == [4, 6]


@both
def test_bad_rules_among_thousands_are_found(kind: Backend, namespace: int) -> None:
    good = [f"-A FORWARD -s 10.{n >> 8}.{n & 255}.0/24 -p tcp -m tcp --dport 22 -j DROP" for n in range(5000)]
    for number in range(20):
        good[number * 250] = "-A FORWARD -p tcp -m nonsense -j DROP" if number % 2 else "-A FORWARD -j MASQUERADE"
    text = "\n".join(["*filter", ":FORWARD ACCEPT [0:0]", *good, "COMMIT"])
    restore = Restore(namespace, kind, 4, 90)
    outcome = load_rules(restore, saved.load_rules("r1", text).lines)
    assert {number for _, _, number in outcome.markers} == {number * 250 + 1 for number in range(20)}
    assert len(rules(namespace, kind)) == 5000


@both
def test_where_almost_all_is_refused_it_comes_to_an_end(kind: Backend, namespace: int) -> None:
    bad = ["-A INPUT -s 10.0.0.1/32 -m nonsense -j DROP"] * 300 + ["-A INPUT -p udp -j DROP"]
    outcome = loaded(namespace, kind, "\n".join(["*filter", ":INPUT DROP [0:0]", *bad, "COMMIT"]), runs=50)
    assert len(outcome.markers) == 301
    assert outcome.refused[-1][1] == NOT_TRIED
    assert len(rules(namespace, kind)) == 301
    assert ":INPUT DROP [0:0]" in in_kernel(namespace, kind)


def test_where_even_that_is_refused_the_table_is_lacking(namespace: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused, "MORE_RUNS", 0)
    outcome = loaded(namespace, Backend.LEGACY, RULES, runs=2)
    assert outcome.lacking == {"filter", "nat"}
    assert outcome.lines == ()


@both
def test_a_refused_rule_of_the_labs_own_is_left_out(kind: Backend, namespace: int) -> None:
    lines = [*traced((), ("-m nonsense",))]
    outcome = load_rules(Restore(namespace, kind, 4, 100), lines)
    assert rules(namespace, kind) == []
    assert outcome.markers == frozenset()
    assert len(outcome.refused) == 2


def test_a_tool_that_hangs_is_not_asked_for_long(namespace: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def run(_descriptor: int, command: Sequence[str], _text: str) -> Said:
        asked.append(command)
        return Said(-1, "it hangs", is_broken=True)

    monkeypatch.setattr(tool, "run", run)
    outcome = loaded(namespace, Backend.LEGACY, RULES)
    assert outcome.lacking == {"filter", "nat"}
    assert len(asked) == 2
