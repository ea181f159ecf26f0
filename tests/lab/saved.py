"""What iptables-save and ipset save printed, as values and as operations."""

from backend.facts.ipset import read_saved
from backend.facts.iptables import read_ruleset
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.lab.plan.firewall import rule_lines, set_lines
from backend.lab.plan.operation import LoadRules, LoadSets
from backend.model.address import Family
from backend.model.firewall import IpSet, Ruleset


def ruleset(text: str, family: Family = 4) -> Ruleset:
    read, reason = read_ruleset(Section("iptables_save", start=1, lines=text.splitlines()), family, Notes("x"))
    assert read is not None, reason
    return read


def sets(text: str) -> tuple[IpSet, ...]:
    return read_saved(Section("ipset_save", start=1, lines=text.splitlines()), Notes("x"))


def load_rules(router: str, text: str, family: Family = 4) -> LoadRules:
    return LoadRules(router, family, rule_lines(ruleset(text, family)), router)


def load_sets(router: str, text: str) -> LoadSets:
    return LoadSets(router, set_lines(sets(text)), router)
