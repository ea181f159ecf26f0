from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from backend.model.firewall import Chain, Firewall, IpSet, Rule, Ruleset, SetEntry, Table
from backend.model.network import Network, Router
from backend.wire import changes as module
from backend.wire.changes import NetworkChanges, Side, changes, fingerprints, side


def router(name: str, rules: str = "", entries: str = "", sysctls: str = "") -> Router:
    """Each letter is a rule, an entry, a setting."""
    chain = Chain(
        "FORWARD",
        "DROP",
        rules=tuple(Rule("filter", "FORWARD", at, text=f"-s {each}") for at, each in enumerate(rules, 1)),
    )
    sets = (IpSet("s", "hash:ip", entries=tuple(SetEntry((each,), text=f"add s {each}") for each in entries)),)
    firewall = Firewall(Ruleset(4, (Table("filter", (chain,)),)), sets=sets if entries else ())
    return Router(name, firewall=firewall, sysctls=dict.fromkeys(sysctls, "1"))


def network(*routers: Router, name: str = "small") -> Network:
    return Network(name, routers)


def compared(before: Network, after: Network) -> NetworkChanges:
    """As two processes do it, that send each other JSON."""
    others = msgspec.json.decode(msgspec.json.encode(fingerprints(after)))
    sent = msgspec.json.decode(msgspec.json.encode(side(before, others)), type=Side)
    return changes(sent, after)


def lines(found: NetworkChanges, **wanted: Any) -> str:
    told = [
        f"{'-' if line.change == 'removed' else '+'}{line.number or ''}{line.text}"
        for each in found.routers
        for section in each.sections
        if all(getattr(section, name) == value for name, value in wanted.items())
        for line in section.lines
    ]
    return " ".join(told)


def test_routers_come_and_go() -> None:
    found = compared(network(router("a"), router("b")), network(router("b"), router("c"), name="later"))
    assert (found.before, found.after) == ("small", "later")
    assert (found.removed, found.added, found.routers, found.same) == (("a",), ("c",), (), 1)


def test_a_rule_is_told_with_its_place_and_an_entry_without() -> None:
    found = compared(network(router("a", "abc", "xy"), router("b")), network(router("a", "aXbc", "yz"), router("b")))
    ((name, sections),) = [(each.name, each.sections) for each in found.routers]
    assert (name, found.same) == ("a", 1)
    assert [(each.kind, each.name, each.change, each.removed, each.added) for each in sections] == [
        ("chain", "FORWARD", "changed", 0, 1),
        ("set", "s", "changed", 1, 1),
    ]
    assert (lines(found, kind="chain"), lines(found, kind="set")) == ("+2-s X", "-x +z")
    assert (sections[0].family, sections[0].table) == (4, "filter")


def test_a_set_that_is_new_is_told_as_such() -> None:
    found = compared(network(router("a")), network(router("a", entries="x")))
    assert [(each.kind, each.change) for each in found.routers[0].sections] == [("sets", "changed"), ("set", "added")]
    back = compared(network(router("a", entries="x")), network(router("a")))
    assert [(each.kind, each.change) for each in back.routers[0].sections] == [("sets", "changed"), ("set", "removed")]


def test_only_what_differs_is_sent() -> None:
    before, after = network(router("a", "abc", "xyz")), network(router("a", "abd", "xyz"))
    sent = [each for each in side(before, fingerprints(after)).routers["a"].values() if each is not None]
    assert [each.kind for each in sent] == ["chain"]


def test_what_is_too_much_is_counted_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SHOWN_OF_ONE", 3)
    monkeypatch.setattr(module, "MOST_SHOWN", 4)
    before = network(router("a", "abcdef", "abcdef"), router("b"))
    found = compared(before, network(router("a", "", "x"), router("b", sysctls="k")))
    assert [(each.removed, each.added, len(each.lines)) for each in found.routers[0].sections] == [(6, 0, 3), (6, 1, 1)]
    assert (found.cut, found.notes, len(found.routers)) == (10, (), 2)
    monkeypatch.setattr(module, "MOST_SECTIONS", 1)
    found = compared(before, network(router("a", "", "x"), router("b", sysctls="k")))
    assert (len(found.routers), found.same, found.notes) == (1, 0, ("2 more sections differ, too many to be told",))
    monkeypatch.setattr(module, "MOST_LINES", 7)
    found = compared(before, network(router("a", "", "x"), router("b")))
    assert [each.kind for each in found.routers[0].sections] == ["chain"]
    assert (found.notes, found.same) == (("1 more sections differ, too many to be told",), 1)
    monkeypatch.setattr(module, "MOST_LINES", 1)
    found = compared(before, network(router("a", "", "x"), router("b")))
    assert (found.routers, len(found.notes), found.same) == ((), 1, 1)


WORDS = st.text("abcd", max_size=5)
ROUTERS = st.builds(
    router, st.sampled_from(["r", "s", "t"]), WORDS, WORDS, st.sets(st.sampled_from("xyz")).map("".join)
)
NETWORKS = st.lists(ROUTERS, max_size=3, unique_by=lambda each: each.name).map(lambda routers: network(*routers))


@given(NETWORKS, NETWORKS)
def test_nothing_differs_only_where_the_facts_are_the_same(before: Network, after: Network) -> None:
    found = compared(before, after)
    here, there = ({each.name: each for each in side.routers} for side in (before, after))
    assert (set(found.removed), set(found.added)) == (here.keys() - there.keys(), there.keys() - here.keys())
    differing = {name for name in here.keys() & there.keys() if _sorted(here[name]) != _sorted(there[name])}
    assert {each.name for each in found.routers} == differing
    assert found.same + len(differing) == len(here.keys() & there.keys())
    turned = compared(after, before)
    counts = [sorted((each.kind, each.removed, each.added) for each in one.sections) for one in found.routers]
    back = [sorted((each.kind, each.added, each.removed) for each in one.sections) for one in turned.routers]
    assert sorted(counts) == sorted(back)


def _sorted(one: Router) -> Router:
    """The order of a set's entries and of settings means nothing."""
    sets = tuple(
        structs.replace(each, entries=tuple(sorted(each.entries, key=str))) for each in one.firewall.sets or ()
    )
    firewall = structs.replace(one.firewall, sets=sets)
    return structs.replace(one, firewall=firewall, sysctls=dict(sorted(one.sysctls.items())))
