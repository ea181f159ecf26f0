from pathlib import Path

import pytest

from backend.cli.error import UsageError
from backend.cli.options import options
from backend.cli.person import Person
from backend.cli.who.choosing import chosen
from backend.cli.who.either import Either
from backend.cli.who.elsewhere import Elsewhere
from backend.cli.who.here import Here
from backend.config import Config

URL = "https://tsim.example.org"


def who(*words: str) -> object:
    return chosen(options().parse_args(words), Config(), Person()).who


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TSIM_FACTS", "TSIM_SERVER", "TSIM_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_who_is_asked_follows_from_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(who(), Either)
    assert isinstance(who("--no-engine"), Here)
    assert isinstance(who("--facts", "x"), Here)
    assert isinstance(who("--server", URL), Elsewhere)
    monkeypatch.setenv("TSIM_SERVER", URL)
    assert isinstance(who(), Elsewhere)
    assert isinstance(who("--no-engine"), Here)
    monkeypatch.delenv("TSIM_SERVER")
    monkeypatch.setenv("TSIM_FACTS", "x")
    assert isinstance(who(), Here)


def test_a_server_and_facts_of_ones_own_do_not_go_together() -> None:
    with pytest.raises(UsageError, match="--server: goes without"):
        who("--server", URL, "--facts", "x")


def test_a_token_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")
    assert isinstance(who("--server", URL, "--token-file", str(tmp_path / "token")), Elsewhere)
    (tmp_path / "token").write_bytes(b"\xff")
    for name, said in (("token", "is no text"), ("nothing", "No such file")):
        with pytest.raises(UsageError, match=f"{name}: {said}"):
            who("--server", URL, "--token-file", str(tmp_path / name))
