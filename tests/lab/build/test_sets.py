import subprocess

import pytest

from backend.lab.build import sets
from backend.lab.build.sets import NOT_TRIED, SetsOutcome, load_sets
from backend.lab.kernel.namespace import inside
from tests.lab import saved

pytestmark = [pytest.mark.root, pytest.mark.serial]
SETS = """create a hash:ip
create b hash:nonsense
create c list:set
create d hash:ip
create e hash:ip,port
add a 10.0.0.1
add a no.such.name
add a 10.0.0.2
add a 10.0.0.3,tcp:5
add a 10.0.0.4
add b 10.0.0.1
add c a
add d 10.0.0.1
add e 10.0.0.1,tcp:80
"""


def loaded(namespace: int, text: str) -> SetsOutcome:
    return load_sets(namespace, saved.load_sets("r1", text).lines)


def in_kernel(namespace: int) -> list[str]:
    with inside(namespace):
        done = subprocess.run(["ipset", "save"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("add")]


def test_sets_that_nobody_refuses_are_there(namespace: int) -> None:
    assert loaded(namespace, "create a hash:ip\ncreate b hash:net\nadd a 10.0.0.1\n") == SetsOutcome(("a", "b"))
    assert in_kernel(namespace) == ["add a 10.0.0.1"]


def test_each_refused_set_and_entry_is_told_and_all_others_are_there(namespace: int) -> None:
    outcome = loaded(namespace, SETS)
    assert [line.line for line, _ in outcome.refused] == [2, 7, 9]
    assert "hash:nonsense" in outcome.refused[0][1]
    assert "no.such.name" in outcome.refused[1][1]
    assert sorted(in_kernel(namespace)) == [
        "add a 10.0.0.1", "add a 10.0.0.2", "add a 10.0.0.4", "add c a", "add d 10.0.0.1", "add e 10.0.0.1,tcp:80",
    ]  # fmt: skip
    assert outcome.names == ("a", "c", "d", "e")
    assert list(outcome.missing) == ["b"]


def test_a_set_that_lacks_an_entry_is_incomplete_and_so_are_lists_of_it(namespace: int) -> None:
    outcome = loaded(namespace, SETS)
    assert sorted(outcome.incomplete) == ["a", "c"]
    assert outcome.incomplete["c"].startswith("set a lacks an entry: add a no.such.name: ")


def test_what_cannot_be_said_is_refused_too(namespace: int) -> None:
    outcome = loaded(namespace, "create a hash:ip\nadd a 10.0.0.1\nadd a 10.0.0.2 -file /tmp/x\n")
    assert [line.line for line, _ in outcome.refused] == [3]
    assert in_kernel(namespace) == ["add a 10.0.0.1"]


def test_a_line_that_the_tool_does_not_name_is_found(namespace: int) -> None:
    text = "create a hash:ip\ncreate b hash:ip nosuchoption 5\ncreate c hash:ip\nadd a 10.0.0.1\n"
    outcome = loaded(namespace, text)
    assert [line.line for line, _ in outcome.refused] == [2]
    assert outcome.names == ("a", "c")


def test_bad_entries_among_thousands_are_found(namespace: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "RUNS", 60)
    entries = [f"add a 10.{n >> 8}.{n & 255}.1" if n % 250 else f"add a no.such.name{n}" for n in range(5000)]
    outcome = loaded(namespace, "\n".join(["create a hash:ip", *entries]))
    assert len(outcome.refused) == 20
    assert len(in_kernel(namespace)) == 4980


def test_where_almost_all_is_refused_it_comes_to_an_end(namespace: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "RUNS", 10)
    entries = [f"add a no.such.name{n}" for n in range(300)]
    outcome = loaded(namespace, "\n".join(["create a hash:ip", *entries, "add a 10.0.0.1"]))
    assert len(outcome.refused) == 301
    assert outcome.refused[-1][1] == NOT_TRIED


def test_without_the_tool_no_set_is_there(namespace: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "COMMAND", ("no-such-tool",))
    outcome = loaded(namespace, "create a hash:ip\ncreate b hash:ip\nadd a 10.0.0.1\n")
    assert outcome.missing == {"a": "no-such-tool is not installed", "b": "no-such-tool is not installed"}
    assert outcome.names == ()
