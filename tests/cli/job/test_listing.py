"""`job list`, as a person types it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.cli.command import YES, Shell
from backend.cli.error import UsageError
from backend.config import Config
from tests.cli.networks import write_small
from tests.cli.playing import engine_shell, told
from tests.engine.process import engine

pytestmark = pytest.mark.serial
MANY = 23


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """An engine that has many tests of one kind and one of another."""
    folder: Path = tmp_path_factory.mktemp("many")
    config = Config(state=folder / "state", facts=write_small(folder / "small"))
    with engine(config, folder / "log"):
        shell = engine_shell(config)
        assert told("job list", shell).text == "no tests"
        told("job submit -s pc -d 10.0.2.9 -P 22 --mode predict --wait", shell)
        for _ in range(MANY):
            told("job submit -s pc -d gw-b -P 1-9 --mode predict --wait", shell)
        yield shell


def test_the_newest_stand_first_and_older_ones_are_told_of(shell: Shell) -> None:
    lines = told("job list", shell).text.splitlines()
    assert lines[0].split()[:3] == ["ID", "STATUS", "MODE"]
    assert len(lines) == 1 + 20 + 1
    assert "  1-9/tcp  " in lines[1]
    assert lines[-1] == "… and older ones: job list --all"
    numbers = [job["number"] for job in told("job list -j", shell).document["jobs"]]
    assert numbers == sorted(numbers, reverse=True)


def test_all_of_them(shell: Shell) -> None:
    document = told("job list --all -j", shell).document
    assert (len(document["jobs"]), document["next"]) == (MANY + 1, None)
    assert "older" not in told("job list --all", shell).text


def test_all_of_them_are_read_page_by_page(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.cli.job.listing.WHOLE_PAGE", 7)
    jobs = told("job list --all -j", shell).document["jobs"]
    assert len({job["id"] for job in jobs}) == len(jobs) == MANY + 1


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("-d 10.0.2.9", 1),
        ("-s 10.0.1.50 --status succeeded", MANY + 1),
        ("--status failed", 0),
        ("--user nobody", 0),
        ("--network small@00000000", 0),
        ("--since 2h", MANY + 1),
        ("--until 2026-01-31T12:00:00Z", 0),
    ],
)
def test_some_of_them(shell: Shell, words: str, count: int) -> None:
    answer = told(f"job list --all {words} -j", shell)
    assert (answer.code, len(answer.document["jobs"])) == (YES, count)


@pytest.mark.parametrize(
    ("words", "named"),
    [("-s pc", "'pc' is no address"), ("--since soon", "'soon' is no time"), ("--status odd", "invalid choice")],
)
def test_what_is_wrong_is_named(shell: Shell, words: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        told(f"job list {words}", shell)
