import re
from pathlib import Path

import pytest

from backend.facts.options import OPTIONS
from backend.model.address import Family
from backend.model.firewall import Match, Option
from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.match.compile import ALIASES, MATCHES, compile_match
from backend.sim.netfilter.scope import Scope
from tests.facts.loader import written
from tests.sim.netfilter.match.asking import ROUTER, ask, meeting, rule, said

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


@pytest.mark.parametrize("module", OPTIONS)
def test_every_option_that_facts_know_is_known_here(module: str) -> None:
    scope, one = Scope(4, ROUTER), rule("-p tcp")
    for name in OPTIONS[module] | {"--warp"}:
        answer = compile_match(Match(module, (Option(name, ("1",)),)), one, scope)(meeting())
        words = answer.text if isinstance(answer, Doubt) else ""
        assert (f"option {name} is not known" in words or words == f"set: {name}") is (name == "--warp")


@pytest.mark.parametrize("family", [4, 6])
def test_every_match_of_the_rules_that_facts_are_tried_with(family: Family) -> None:
    for _, _, _, *specification in written(family):
        answer = ask(" ".join(specification), meeting("tcp" if family == 4 else "tcp [2001:db8::1] [2001:db8::2]"))
        words = answer.text if isinstance(answer, Doubt) and answer.is_unknown else ""
        assert "not known" not in words
        assert "no such word" not in words


@pytest.mark.skipif(not EXTENSIONS.is_dir(), reason="iptables is not there")
def test_every_match_that_iptables_has_is_known() -> None:
    """Names in small letters are matches; one library may hold several."""
    found = (re.match(r"lib(?:xt|ipt|ip6t)_([a-z].*)\.so", file.name) for file in EXTENSIONS.iterdir())
    names = {each[1] for each in found if each}
    assert names - {"standard"} <= MATCHES.keys() | ALIASES.keys()
