"""deploy/tsim.toml: each setting once, with a comment before it, and what it shows as default is the default."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from backend.config import VARIABLES, Config, ConfigError, read

FILE = Path(__file__).resolve().parents[2] / "deploy" / "tsim.toml"
TEXT = FILE.read_text("utf-8")
SETTING = re.compile(r"^(#?)([a-z_]+) = .+$", re.MULTILINE)


def test_each_setting_is_there_once() -> None:
    assert sorted(found[2] for found in SETTING.finditer(TEXT)) == sorted(VARIABLES.values())


def test_each_setting_has_a_comment_before_it() -> None:
    lines = TEXT.splitlines()
    bare = [line for before, line in pairwise(lines) if SETTING.match(line) and before[:2] != "# "]
    assert bare == []


def test_it_can_be_read_as_it_is_and_with_every_line() -> None:
    given = read({"CONFIG_PATH": str(FILE)})
    assert (given.bind, given.engine_socket) == ("unix:/run/tsim/web", Path("/run/tsim/engine/socket"))
    assert (given.state, given.engine_user, given.web_user) == (Path("/var/lib/tsim"), "tsim", "tsim-web")
    assert (given.proxies, given.secure_cookies, given.pam) == (("unix",), True, True)


def test_all_that_is_commented_out_could_be_taken(tmp_path: Path) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text(SETTING.sub(lambda found: found[0].removeprefix("#"), TEXT))
    given, default = read({"CONFIG_PATH": str(file)}), Config()
    for found in SETTING.finditer(TEXT):
        shown, meant = getattr(given, found[2]), getattr(default, found[2])
        if found[1] and isinstance(meant, bool | int):
            assert shown == meant, found[2]
        if found[1] and isinstance(meant, str) and meant:
            assert shown == meant, found[2]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ('keep_mb = 5\nkeep_hour = 5\n', "keep_hour in {}, line 2", "is keep_hours meant?"),
        ('# pam = 1\n\npam = "maybe"\n', "pam in {}, line 3", "'maybe'"),
        ("[web]\nbind = 5\n", "web in {}, line 1", "no such setting"),
        ('state = "/srv\n', "{}", "line 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_name(tmp_path: Path, text: str, place: str, reason: str) -> None:
    file = tmp_path / "tsim.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read({"CONFIG_PATH": str(file)})
    assert place.format(file) in str(caught.value)
    assert reason in str(caught.value)
