from pathlib import Path

import pytest

from backend.cli.command import NO, YES
from backend.cli.error import UsageError
from tests.cli.playing import told
from tests.cli.policy.files import between, policy, small


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    small(folder / "old", 22)
    small(folder / "new", 22, 443)
    return folder


def test_all_hosts_and_all_services_are_compared(facts: Path) -> None:
    answer = told(f"diff {facts / 'old'} {facts / 'new'}", between())
    assert answer.code == NO
    lines = answer.text.splitlines()
    assert lines[0].endswith("2 differences")
    assert "  10.0.1.50 → 10.0.2.50 443/tcp" in lines
    assert "    - accepted" in lines
    assert any(line.startswith("    + denied_forward, gw-b, filter FORWARD rule 2") for line in lines)


def test_the_same_facts_decide_the_same(facts: Path) -> None:
    answer = told(f"diff {facts / 'old'} {facts / 'old'} -j", between())
    assert (answer.code, answer.document["changes"]) == (YES, 0)


def test_only_what_is_asked_is_compared(facts: Path, tmp_path: Path) -> None:
    both = f"diff {facts / 'old'} {facts / 'new'}"
    assert told(f"{both} -P 80", between()).code == YES
    (question,) = told(f"{both} -s 10.0.1.0/24 -d b -P 440-450 -j", between()).document["questions"]
    (change,) = question["changes"]
    assert (change["services"], change["sources"]) == (["443/tcp"], ["10.0.1.1-10.0.1.254"])
    asked = policy(tmp_path, "a must reach b on 80", "a must reach b on https")
    questions = told(f"{both} -f {asked} -j", between()).document["questions"]
    assert [len(each["changes"]) for each in questions] == [0, 1]
    assert "a must reach b on https" in told(f"{both} -f {asked}", between()).text


def test_what_is_wrong_is_named(facts: Path, tmp_path: Path) -> None:
    both = f"diff {facts / 'old'} {facts / 'new'}"
    for words, said in (
        ("-s x", "'x' is no address"),
        ("-P 0", "'0'"),
        (f"-f {policy(tmp_path, 'a must reach c')}", "line 1: 'c' is no address"),
        (f"-f {tmp_path} -s a", "--source goes without it"),
    ):
        with pytest.raises(UsageError) as raised:
            told(f"{both} {words}", between())
        assert said in str(raised.value)


def test_networks_without_hosts_need_to_be_told_who(tmp_path: Path) -> None:
    folder = small(tmp_path / "n", 22)
    (folder / "hosts.toml").unlink()
    with pytest.raises(UsageError, match="no host has a name"):
        told(f"diff {folder} {folder}", between())
