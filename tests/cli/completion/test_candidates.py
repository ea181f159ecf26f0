from pathlib import Path

import pytest

from backend.cli.completion.candidates import candidates, of_line
from backend.cli.completion.names import Names
from backend.cli.completion.wanted import Wanted
from tests.cli.networks import small
from tests.cli.playing import shell_of

NAMES = Names(shell_of(small()), Path("/nowhere"))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("tra", ["trace "]),
        ("trace -s gw-", ["gw-a ", "gw-b "]),
        ("trace -s pc -d p", ["pc "]),
        ("reach -P 22,htt", ["http ", "https ", "http-alt ", "http3 ", "https-alt "]),
        ("network up --routers gw-a,gw-", ["gw-a ", "gw-b "]),
        ("trace --tri", ["--tried "]),
        ("help chec", ["check "]),
        ("trace 'x", []),
        ("nonsense x", []),
    ],
)
def test_a_line_is_gone_on_with(line: str, found: list[str]) -> None:
    assert of_line(line, NAMES) == found


def test_of_a_list_what_is_there_stays() -> None:
    assert candidates(Wanted(kinds=("router",)), "gw-a,gw-b", NAMES) == ["gw-a,gw-b"]
