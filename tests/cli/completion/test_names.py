from pathlib import Path

import pytest

from backend.cli.command import Shell
from backend.cli.completion.names import Names
from tests.cli.networks import small, write_small
from tests.cli.playing import shell_of


def names(folder: Path) -> Names:
    return Names(shell_of(small()), folder)


def test_names_and_addresses_of_the_network() -> None:
    found = names(Path("/nowhere"))
    assert {"pc", "10.0.1.50", "gw-a", "10.0.1.1"} <= set(found.of("machine", ""))
    assert found.of("router", "") == ["gw-a", "gw-b"]
    assert {"icmp", "ssh"} <= set(found.of("service", ""))


def test_where_nobody_can_be_asked_there_are_none(tmp_path: Path) -> None:
    found = names(tmp_path)
    assert found.of("job", "") == []
    assert found.of("network", str(tmp_path / "x")) == []


def test_facts_are_read_where_nobody_has_them(tmp_path: Path) -> None:
    class Unknown:
        known = ""

    shell = shell_of(small())
    unread = Shell(Unknown(), shell.link, shell.person, shell.lab)  # type: ignore[arg-type]
    assert Names(unread, write_small(tmp_path / "small")).of("router", "") == ["gw-a", "gw-b"]
    assert Names(unread, tmp_path / "nothing").of("machine", "") == []


def test_files_and_variables(tmp_path: Path) -> None:
    (tmp_path / "a[1].yaml").touch()
    (tmp_path / "a[2]").mkdir()
    shell = shell_of(small())
    shell.variables["src"] = "x"
    found = Names(shell, tmp_path)
    assert found.of("file", f"{tmp_path}/a[") == [f"{tmp_path}/a[1].yaml", f"{tmp_path}/a[2]/"]
    assert found.of("variable", "$") == ["$src"]


@pytest.mark.serial
def test_an_engine_that_runs_is_asked(by_engine: Shell) -> None:
    found = Names(by_engine, Path("/nowhere"))
    assert any(text.startswith("demo@") for text in found.of("network", "demo@"))
    assert "hq-pc1" in found.of("machine", "")
