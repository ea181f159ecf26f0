from pathlib import Path

import msgspec
import pytest

from backend.cli.doctor import settings
from backend.cli.doctor.finding import State
from backend.config import Config


def wrong(config: Config) -> dict[str, str]:
    return {each.text: each.mend for each in settings.look(config) if each.state is State.WRONG}


def test_what_is_named_is_there(config: Config) -> None:
    assert wrong(config) == {}


def test_what_is_named_and_not_there_is_told(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = msgspec.structs.replace(config, facts=tmp_path / "facts", page=tmp_path / "none")
    assert wrong(gone) == {
        f"facts: {tmp_path}/facts does not exist": "mend TSIM_FACTS",
        f"page: {tmp_path}/none/index.html does not exist": "mend TSIM_PAGE",
    }
    monkeypatch.setenv("CONFIG_PATH", "/etc/tsim/tsim.toml")
    open_file = msgspec.structs.replace(gone, secret_key="")
    assert set(wrong(open_file).values()) == {"mend facts in /etc/tsim/tsim.toml", "mend page in /etc/tsim/tsim.toml"}


def test_a_file_with_a_secret_that_everybody_can_read(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tsim.toml"
    file.touch(mode=0o644)
    monkeypatch.setenv("CONFIG_PATH", str(file))
    assert list(wrong(config).values()) == [f"chmod o-r {file}"]
    file.chmod(0o640)
    assert wrong(config) == {}
