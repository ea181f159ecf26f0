"""The tools of other Debian releases than the one at hand, as record.py recorded them: text is read as JSON says."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from backend.facts import names, read_directory
from backend.facts.interfaces import read_interfaces
from backend.facts.ipset import read_listed, read_saved
from backend.facts.iptables import read_ruleset, rule_text
from backend.facts.policy import read_rules
from backend.facts.routes import read_routes
from backend.model.address import Family
from backend.model.firewall import Rule
from backend.model.route import MAIN_TABLE
from tests.facts.compare import (
    assert_same_interface,
    bare_sets,
    read_route,
    read_rule,
    told_route,
    told_rule,
)
from tests.facts.sample import parsed, read

RELEASES = sorted(path for path in (Path(__file__).parent / "releases").iterdir() if path.is_dir())
ROUTES = [("main", ""), ("all", "-o ")]
QUOTED = re.compile(r'("(?:\\.|[^"\\])*")')
pytestmark = pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)


@cache
def transcript(path: Path) -> dict[str, str]:
    """What each command printed."""
    parts = ("\n" + path.read_text()).split("\n$ ")[1:]
    return {command: printed for command, _, printed in (part.partition("\n") for part in parts)}


def ip(release: Path, command: str) -> str:
    return transcript(release / "ip.txt")[f"ip {command}"]


def test_addresses(release: Path) -> None:
    (found, _), diagnostics = read(read_interfaces, ip(release, "addr show"))
    told = parsed(ip(release, "-j addr show"))
    assert diagnostics == []
    assert len(found) == len(told) > 12
    for interface, item in zip(found, told, strict=True):
        assert_same_interface(interface, item)


def test_addresses_with_all_details(release: Path) -> None:
    (found, _), diagnostics = read(read_interfaces, ip(release, "-d -s addr show"))
    told = parsed(ip(release, "-j addr show"))
    assert diagnostics == []
    for interface, item in zip(found, told, strict=True):
        assert_same_interface(interface, item)


@pytest.mark.parametrize(("table", "form"), ROUTES)
@pytest.mark.parametrize("family", [4, 6])
def test_routes(release: Path, family: Family, table: str, form: str) -> None:
    text = ip(release, f"-{family} {form}route show table {table}")
    found, diagnostics = read(read_routes, text, family, MAIN_TABLE, names.TABLES)
    told = [item for item in _told_routes(release, family) if table == "all" or item["table"] == MAIN_TABLE]
    assert len(told) > 20
    assert diagnostics == []
    assert [read_route(item) for item in found] == told


def _told_routes(release: Path, family: Family) -> list[dict[str, Any]]:
    return [told_route(item, MAIN_TABLE) for item in parsed(ip(release, f"-{family} -j route show table all"))]


@pytest.mark.parametrize("form", ["", "-N "])
@pytest.mark.parametrize("family", [4, 6])
def test_policy_rules(release: Path, family: Family, form: str) -> None:
    told = parsed(ip(release, f"-{family} -j rule show"))
    found, diagnostics = read(read_rules, ip(release, f"-{family} {form}rule show"), family, names.TABLES)
    assert len(told) > 25
    assert diagnostics == []
    assert [read_rule(item) for item in found] == [told_rule(item) for item in told]


@pytest.mark.parametrize("tool", ["iptables-nft", "iptables-legacy", "ip6tables-nft"])
def test_rules_of_iptables(release: Path, tool: str) -> None:
    rules = _rules(transcript(release / "iptables.txt")[f"{tool}-save -c"], 6 if tool.startswith("ip6") else 4)
    assert len(rules) > 150
    assert [rule_text(item) for item in rules] == [_squeezed(item.text) for item in rules]
    assert all(item.counters is not None for item in rules)


def _rules(text: str, family: Family) -> list[Rule]:
    (found, missing), diagnostics = read(read_ruleset, text, family, name="iptables_save")
    assert missing is None
    assert diagnostics == []
    return [rule for table in found.tables for chain in table.chains for rule in chain.rules]


def _squeezed(text: str) -> str:
    """Old versions leave more than one space between some words."""
    return "".join(part if part.startswith('"') else re.sub(" +", " ", part) for part in QUOTED.split(text))


def test_sets(release: Path) -> None:
    printed = transcript(release / "ipset.txt")
    saved, diagnostics = read(read_saved, printed["ipset save"])
    listed, more = read(read_listed, printed["ipset list"])
    assert diagnostics == more == []
    assert len(saved) > 15
    assert sum(len(item.entries) for item in saved) == printed["ipset save"].count("\nadd ")
    assert bare_sets(saved) == bare_sets(listed)


def test_what_the_collector_wrote_there(release: Path) -> None:
    reading = read_directory(release)
    (router,) = reading.network.routers
    assert reading.diagnostics == ()
    for family in (4, 6):
        found = [read_route(route) for table in router.tables if table.family == family for route in table.routes]
        assert sorted(found, key=repr) == sorted(_told_routes(release, family), key=repr)
        told = parsed(ip(release, f"-{family} -j rule show"))
        rules = [read_rule(rule) for rule in router.policy_rules if rule.family == family]
        assert rules == [told_rule(item) for item in told]
    for interface, item in zip(router.interfaces, parsed(ip(release, "-j addr show")), strict=True):
        assert_same_interface(interface, item)
    firewall = router.firewall
    assert firewall.ipv4 is not None
    assert firewall.ipv6 is not None
    assert sorted(table.name for table in firewall.ipv4.tables) == ["filter", "mangle", "nat"]
    assert [len(chain.rules) for chain in firewall.ipv6.tables[0].chains] == [0, 2, 0]
    assert firewall.sets is not None
    assert len(firewall.sets) > 15
