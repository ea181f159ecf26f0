from functools import cache
from pathlib import Path

import backend.demo
from backend.facts import read_directory
from backend.model.firewall import Firewall, IpSet, SetEntry
from backend.model.network import Network, Router
from backend.wire.facts import MOST_ENTRIES, RouterFacts, router_facts, set_entries


@cache
def facts(name: str = "hq-gw") -> RouterFacts:
    network = read_directory(Path(backend.demo.__file__).parent / "facts").network
    return router_facts(network, next(router for router in network.routers if router.name == name))


def test_each_line_says_where_in_the_facts_it_stands() -> None:
    lines = (Path(backend.demo.__file__).parent / "facts" / facts().file).read_text().splitlines()
    told = [(each.line, each.text) for table in facts().tables for each in table.routes]
    told += [(each.line, each.text) for each in facts().policy_rules]
    told += [
        (rule.line, rule.text)
        for ruleset in facts().rulesets
        for table in ruleset.tables
        for chain in table.chains
        for rule in chain.rules
    ]
    assert len(told) > 100
    assert [lines[line - 1].strip() for line, _ in told] == [text for _, text in told]


def test_rules_have_numbers_counters_comments_and_the_sets_that_they_ask() -> None:
    tables = {(each.family, table.name): table for each in facts().rulesets for table in each.tables}
    chains = {chain.name: chain for chain in tables[4, "filter"].chains}
    assert (chains["FORWARD"].policy, chains["FORWARD"].packets, chains["from-office"].policy) == ("DROP", 0, None)
    rules = chains["FORWARD"].rules
    assert [rule.number for rule in rules] == list(range(1, len(rules) + 1))
    assert (rules[3].sets, rules[3].target) == (("blocked",), "log-drop")
    assert rules[6].comment == "traceroute"
    assert (6, "filter") in tables


def test_what_is_not_known_says_why() -> None:
    bare = Router("bare", firewall=Firewall(ipv4_missing="the command is not there"))
    told = router_facts(Network("n", (bare,)), bare)
    assert [each.missing for each in told.rulesets] == [
        "the command is not there",
        "ip6tables_save is not in the facts",
    ]
    assert (told.sets, told.sets_missing) == ((), "ipset_save is not in the facts")
    assert facts().sets_missing is None


def test_interfaces_have_their_segment_and_policy_rules_the_name_of_their_table() -> None:
    eth1 = next(each for each in facts().interfaces if each.name == "eth1")
    assert (eth1.segment, eth1.addresses[0], eth1.is_up) == ("10.1.1.0/24", "10.1.1.1/24", True)
    assert {rule.table for rule in facts().policy_rules} >= {"local", "main", "default"}


def test_entries_of_a_large_set_come_in_pages_and_can_be_searched() -> None:
    entries = tuple(
        SetEntry((), text=f"add large 10.0.{each // 250}.{each % 250} comment Office", line=each)
        for each in range(1200)
    )
    large = IpSet("large", "hash:ip", entries=entries)
    first = set_entries(large, "", 0)
    assert (first.count, first.found, len(first.entries)) == (1200, 1200, MOST_ENTRIES)
    assert set_entries(large, "", 1000).entries[0].text == "10.0.4.0 comment Office"
    found = set_entries(large, "office 10.0.4.", 0)
    assert (found.count, found.found, found.entries[0].line) == (1200, 200, 1000)
    assert set_entries(large, "nothing", 0).entries == ()
