from functools import cache
from pathlib import Path
from typing import Any

import backend.demo
from backend.facts import read_directory
from backend.model.firewall import Chain, Firewall, IpSet, Option, Rule, Ruleset, SetEntry, Table
from backend.model.network import Router
from backend.wire.sections import Section, sections


@cache
def demo() -> Router:
    network = read_directory(Path(backend.demo.__file__).parent / "facts").network
    return next(router for router in network.routers if router.name == "hq-gw")


def named(router: Router, **wanted: Any) -> Section:
    (found,) = (each for each in sections(router) if all(getattr(each, name) == wanted[name] for name in wanted))
    return found


def test_each_section_of_a_router_stands_once() -> None:
    keys = [each.key for each in sections(demo())]
    assert len(set(keys)) == len(keys) > 20


def test_rules_and_routes_are_those_of_the_facts() -> None:
    chain = named(demo(), kind="chain", family=4, table="filter", name="FORWARD")
    firewall = demo().firewall.ipv4
    assert firewall is not None
    tables = {table.name: table for table in firewall.tables}
    rules = next(each for each in tables["filter"].chains if each.name == "FORWARD").rules
    assert chain.lines == tuple(rule.text for rule in rules)
    assert "FORWARD DROP" in named(demo(), kind="policies", family=4, table="filter").lines
    assert len(named(demo(), kind="routes", family=4, name="main").lines) > 3
    assert "32766: from all lookup main" in named(demo(), kind="policy_rules", family=4).lines
    assert "net/ipv4/ip_forward = 1" in named(demo(), kind="settings").lines
    assert any(line.startswith("eth1 10.1.1.1/24 ") for line in named(demo(), kind="interfaces").lines)


def test_what_counts_by_itself_is_no_difference() -> None:
    def router(counters: str, left: str) -> Router:
        rule = Rule("filter", "FORWARD", 1, text=f"{counters}-A FORWARD -j DROP")
        entry = SetEntry(("10.0.0.1",), text=f"add s 10.0.0.1 timeout {left} packets {left} bytes 0 comment x")
        ruleset = Ruleset(4, (Table("filter", (Chain("FORWARD", "DROP", rules=(rule,)),)),))
        sets = IpSet("s", "hash:ip", (Option("timeout", ("300",)),), (entry,))
        return Router("gw", firewall=Firewall(ruleset, sets=(sets,)))

    assert list(sections(router("", "7"))) == list(sections(router("[12:3456] ", "250")))
    assert named(router("", "7"), kind="set").lines == ("10.0.0.1 comment x",)
    assert named(router("", "7"), kind="sets").lines == ("s hash:ip timeout 300",)


def test_what_is_not_known_is_a_line_of_its_own() -> None:
    assert "sets: ipset_save is not in the facts" in named(Router("bare"), kind="router").lines


def test_a_fingerprint_is_that_of_lines_in_an_order_that_matters() -> None:
    assert Section("chain", ("a", "b")).fingerprint != Section("chain", ("b", "a")).fingerprint
    assert Section("set", ("a", "b")).fingerprint == Section("set", ("b", "a")).fingerprint
    assert Section("set", ("a", "b")).fingerprint != Section("set", ("a", "b", "b")).fingerprint
