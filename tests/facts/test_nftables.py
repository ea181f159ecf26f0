import json
from typing import Any

import pytest

from backend.facts.nftables import read_foreign_chains
from backend.facts.notes import Notes
from tests.facts.sample import in_namespace, read, section, shown


def chain(family: str, table: str, name: str, **more: Any) -> dict[str, Any]:
    return {"chain": {"family": family, "table": table, "name": name, **more}}


def rule(family: str, table: str, name: str) -> dict[str, Any]:
    return {"rule": {"family": family, "table": table, "chain": name, "expr": [{"drop": None}]}}


def foreign(*items: dict[str, Any]) -> Any:
    found, diagnostics = read(read_foreign_chains, json.dumps({"nftables": [{"metainfo": {}}, *items]}))
    assert diagnostics == []
    return found


def test_chains_of_iptables_are_its_own() -> None:
    own = chain("ip", "filter", "INPUT", hook="input", policy="drop")
    assert (
        foreign(own, rule("ip", "filter", "INPUT"), chain("ip", "filter", "user"), rule("ip", "filter", "user")) == {}
    )


def test_chains_of_others_are_named_for_each_family() -> None:
    items = (chain("inet", "fw4", "forward", hook="forward", policy="accept"), rule("inet", "fw4", "forward"))
    assert foreign(*items) == {4: "inet fw4 forward", 6: "inet fw4 forward"}
    assert foreign(chain("ip6", "x", "in", hook="input", policy="drop")) == {6: "ip6 x in"}


def test_a_chain_of_others_in_a_table_of_iptables_is_no_chain_of_iptables() -> None:
    assert foreign(chain("ip", "filter", "watch", hook="input", policy="drop")) == {4: "ip filter watch"}


def test_chains_that_do_nothing_do_not_matter() -> None:
    assert foreign(chain("inet", "filter", "input", hook="input", policy="accept")) == {}
    assert foreign(chain("inet", "filter", "lone"), rule("inet", "filter", "lone")) == {}
    assert foreign(chain("bridge", "x", "y", hook="forward", policy="drop")) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"nftables": 5}', '{"nftables": [5]}', "[" * 100_000])
def test_what_is_no_ruleset_is_told(text: str) -> None:
    found, diagnostics = read(read_foreign_chains, text, name="nft_ruleset")
    assert found == {}
    assert len(diagnostics) == 1


def test_no_section_is_no_chain() -> None:
    notes = Notes("x")
    assert read_foreign_chains(None, notes) == read_foreign_chains(section("", "nft_ruleset"), notes) == {}
    assert shown(notes.diagnostics) == []


@pytest.mark.root
@pytest.mark.serial
def test_a_real_ruleset_with_rules_of_both() -> None:
    own = "iptables-nft -A INPUT -j DROP; iptables-nft -t nat -A PREROUTING -p tcp -j REDIRECT"
    chain = "nft add table inet f; nft 'add chain inet f i { type filter hook input priority 0; }'"
    other = f"{chain}; nft add rule inet f i drop"
    before, after = in_namespace(own, "nft -j list ruleset", f"{other}; nft -j list ruleset")
    assert read(read_foreign_chains, before) == ({}, [])
    assert read(read_foreign_chains, after) == ({4: "inet f i", 6: "inet f i"}, [])
