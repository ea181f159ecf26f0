import importlib.metadata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from backend.cli import tsimsh, version
from backend.cli.tools import packet_counts, reachability, visualize

MAINS = {
    "tsimsh": tsimsh.main,
    "reachability": reachability.main,
    "visualize": visualize.main,
    "packet-counts": packet_counts.main,
}


@pytest.mark.parametrize(("name", "main"), MAINS.items())
def test_each_says_which_release_it_is_of(
    name: str,
    main: Callable[[Sequence[str]], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(version, "RELEASE", tmp_path / "VERSION")
    version.RELEASE.write_text("1.2.3\n")
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{name} 1.2.3\n"


def test_without_an_archive_it_is_the_package_or_a_working_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(version, "RELEASE", tmp_path / "VERSION")
    monkeypatch.setattr(importlib.metadata, "version", lambda name: f"{name} 4.5")
    assert version.release() == "tsim 4.5"
    monkeypatch.setattr(importlib.metadata, "version", none)
    assert version.release() == "of a working copy"
