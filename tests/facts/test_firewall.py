import pytest

from backend.facts.firewall import read_firewall
from backend.facts.notes import Notes
from backend.facts.sections import read_sections
from backend.model.firewall import Firewall, Ruleset
from tests.facts.sample import FOOTER, framed

SAVE = "*filter\n:INPUT DROP [0:0]\nCOMMIT"
LIST = "Name: x\nType: hash:ip\nHeader: family inet\nNumber of entries: 1\nMembers:\n10.0.0.1"


def firewall(*sections: str) -> Firewall:
    notes = Notes("r1_facts.txt")
    return read_firewall(read_sections("".join(sections) + FOOTER, notes).by_name, notes)


def test_what_is_there_is_known_and_the_rest_says_why_it_is_not() -> None:
    found = firewall(framed("iptables_save", SAVE), framed("ipset_save", "create x hash:ip"))
    assert found.ipv4 is not None
    assert found.ipv4.tables[0].chains[0].policy == "DROP"
    assert found.ipv4_missing is None
    assert found.sets is not None
    assert (found.sets[0].name, found.sets_missing) == ("x", None)
    assert (found.ipv6, found.ipv6_missing) == (None, "ip6tables_save is not in the facts")
    assert firewall(framed("a", "")) == Firewall()


def test_a_firewall_that_is_empty_is_known_to_be_so() -> None:
    found = firewall(framed("iptables_save", ""), framed("ip6tables_save", ""), framed("ipset_save", ""))
    assert (found.ipv4, found.ipv6, found.sets) == (Ruleset(4), Ruleset(6), ())


@pytest.mark.parametrize(
    ("sections", "reason"),
    [
        ([framed("iptables_warning", "Not running as root")], "Not running as root"),
        ([framed("iptables_missing", "iptables not found")], "iptables not found"),
        ([framed("iptables_missing", "", title="iptables is not there")], "iptables is not there"),
        ([framed("iptables_save", "", exit_code=127)], "iptables_save ended with exit code 127"),
        (
            [framed("iptables_save", "Permission denied (you must be root)", exit_code=4)],
            "iptables_save ended with exit code 4: Permission denied (you must be root)",
        ),
        ([framed("iptables_save", SAVE, exit_code=1)], "iptables_save ended with exit code 1: *filter"),
        ([framed("iptables_save", ""), framed("iptables_warning", "Not running as root")], "Not running as root"),
        ([framed("iptables_save", SAVE.removesuffix("COMMIT"))], "iptables_save ends within table filter"),
        (
            [framed("iptables_save", SAVE), framed("iptables_legacy_save", SAVE)],
            "rules of both kinds of iptables apply, and iptables_legacy_save is not evaluated",
        ),
        ([framed("iptables_filter", "Chain INPUT (policy ACCEPT)")], "iptables_save is not in the facts"),
    ],
)
def test_missing_is_never_empty(sections: list[str], reason: str) -> None:
    found = firewall(*sections)
    assert (found.ipv4, found.ipv4_missing) == (None, reason)


def test_rules_that_are_not_evaluated_are_not_ignored() -> None:
    nft = '{"nftables": [{"chain": {"family": "inet", "table": "f", "name": "i", "hook": "input", "policy": "drop"}}]}'
    found = firewall(framed("iptables_save", SAVE), framed("nft_ruleset", nft))
    assert (found.ipv4, found.ipv4_missing) == (
        None,
        "chain inet f i of nftables decides as well, and is not evaluated",
    )
    found = firewall(framed("iptables_save", SAVE), framed("iptables_legacy_save", SAVE))
    assert (found.ipv4, found.ipv4_missing) == (
        None,
        "rules of both kinds of iptables apply, and iptables_legacy_save is not evaluated",
    )


def test_a_section_that_is_cut_off_is_missing() -> None:
    notes = Notes("r1_facts.txt")
    cut = framed("iptables_save", SAVE).partition("\nEXIT_CODE")[0]
    found = read_firewall(read_sections(cut, notes).by_name, notes)
    assert (found.ipv4, found.ipv4_missing) == (None, "iptables_save is cut off")


def test_sets_come_from_the_list_where_there_is_no_save() -> None:
    for first in ([], [framed("ipset_save", "", exit_code=1)]):
        found = firewall(*first, framed("ipset_list", LIST))
        assert found.sets is not None
        assert [entry.elements for entry in found.sets[0].entries] == [("10.0.0.1",)]
    assert firewall(framed("ipset_missing", "ipset not found")).sets_missing == "ipset not found"
