import re
from pathlib import Path

import pytest

from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.match.compile import ALIASES, MATCHES
from tests.sim.netfilter.match.asking import ask, said

EXTENSIONS = Path("/usr/lib/x86_64-linux-gnu/xtables")


@pytest.mark.parametrize(
    ("rule", "doubt"),
    [
        ("-m warp --speed 9", "warp: speed 9 (a match that is not known)"),
        ("-m warp", "warp (a match that is not known)"),
        ("-m mark --mask 5", "mark: mask 5 (option --mask is not known)"),
        ("-m mark --mark", "mark: mark (one value expected behind --mark)"),
        ("-m mark --mark x", "mark: x (invalid literal for int() with base 10: 'x')"),
    ],
)
def test_what_is_not_known_is_neither_yes_nor_no(rule: str, doubt: str) -> None:
    assert ask(rule, "tcp") == Doubt(doubt, is_unknown=True)


def test_the_parts_of_a_rule_all_count() -> None:
    text = "-s 10.0.0.0/8 -i eth0 -p tcp -m tcp --dport 80 -m comment --comment web -m mark --mark 5"
    assert said(text, "tcp 10.0.0.1:4000 10.0.9.9:80 mark=5") is True
    assert said(text, "tcp 10.0.0.1:4000 10.0.9.9:80 mark=6") is False
    assert said(text, "tcp 10.0.0.1:4000 10.0.9.9:80 mark=5 iif=eth1") is False


@pytest.mark.skipif(not EXTENSIONS.is_dir(), reason="iptables is not there")
def test_every_match_that_iptables_has_is_known() -> None:
    """Names in small letters are matches; one library may hold several."""
    found = (re.match(r"lib(?:xt|ipt|ip6t)_([a-z].*)\.so", file.name) for file in EXTENSIONS.iterdir())
    names = {each[1] for each in found if each}
    assert names - {"standard"} <= MATCHES.keys() | ALIASES.keys()
