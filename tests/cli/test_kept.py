"""`network list|upload|activate|download`, with a real engine."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.cli.command import FAILURE, Answer, Shell
from backend.cli.error import UsageError
from backend.config import Config
from tests.cli.playing import ask, engine_shell, told
from tests.engine.process import engine
from tests.small import write_small_network

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    place = tmp_path_factory.mktemp("kept")
    config = Config(facts=write_small_network(place / "small"), state=place / "state", watch_facts_s=0)
    with engine(config, place / "log"):
        yield engine_shell(config)


def test_a_directory_is_sent_fetched_and_sent_again(shell: Shell, tmp_path: Path) -> None:
    directory = write_small_network(tmp_path / "sent", dropped=[80])
    (directory / "README").write_text("not sent")
    sent = told(f"network upload {directory} -j", shell).document
    label = sent["network"]["label"]
    assert (label.partition("@")[0], sent["network"]["is_active"]) == ("sent", False)
    archive = tmp_path / "fetched.tar.gz"
    assert str(archive) in told(f"network download {label} -o {archive}", shell).text
    with tarfile.open(archive) as packed:
        assert packed.getnames() == ["sent/gw-a_facts.txt", "sent/gw-b_facts.txt"]
    assert told(f"network upload {archive} --activate", shell).text == f"{label}: 2 routers, active"
    lines = told("network list", shell).text.splitlines()
    assert [line.split()[0] == "*" for line in lines if label in line] == [True]
    before = next(
        each["label"] for each in told("network list -j", shell).document["networks"] if each["label"] != label
    )
    assert told(f"network activate {before}", shell).text == f"{before} is active"


def test_what_is_wrong_is_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "broken.tar").write_bytes(b"no archive")
    with pytest.raises(UsageError, match=r"broken.tar: it is no archive"):
        told(f"network upload {tmp_path}/broken.tar", shell)
    with pytest.raises(UsageError, match="holds no facts"):
        told(f"network upload {tmp_path}", shell)
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        told("network upload /nowhere", shell)
    with pytest.raises(UsageError, match="LABEL is missing"):
        told("network activate", shell)
    assert told("network download none", shell) == Answer(FAILURE, "there is no network 'none'")
    with pytest.raises(UsageError, match="takes no more words"):
        ask("network plan more")
    assert list((shell.lab.parent / "uploads").iterdir()) == []
