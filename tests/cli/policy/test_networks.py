from pathlib import Path

import pytest

from backend.cli.command import Shell
from backend.cli.error import FailureError, UsageError
from backend.cli.policy.networks import named, world_of
from backend.engine.packing import packed
from backend.facts.snapshot import read_files
from tests.cli.policy.files import between, small


def test_a_directory_and_its_archive_are_the_same_network(tmp_path: Path) -> None:
    folder = small(tmp_path / "mine", 22)
    archive = tmp_path / "mine.tar.gz"
    archive.write_bytes(b"".join(packed(read_files(folder), "mine")))
    one, other = (named(between(), str(path)).network for path in (folder, archive))
    assert one == other
    assert world_of(named(between(), str(folder))).network == one


@pytest.mark.serial
def test_what_the_engine_keeps_is_fetched(by_engine: Shell) -> None:
    label = by_engine.who.network()
    assert named(by_engine, label).network.label == label
    assert named(by_engine, "active").network.label == label
    with pytest.raises(FailureError, match="nothing@0"):
        named(by_engine, "nothing@00000000")


def test_what_is_no_network_is_named(tmp_path: Path) -> None:
    (tmp_path / "rubbish").write_bytes(b"rubbish")
    with pytest.raises(UsageError, match="'nowhere' is no directory, no archive"):
        named(between(), "nowhere")
    with pytest.raises(FailureError, match="cannot be read"):
        named(between(), str(tmp_path / "rubbish"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FailureError, match="holds no facts"):
        named(between(), str(tmp_path / "empty"))
