from tests.sim.netfilter.match.asking import said
from tests.sim.netfilter.sets.build import sets

SAVED = "create hosts hash:ip family inet hashsize 1024 maxelem 65536\nadd hosts 10.0.0.1\n"


def test_sets_are_asked() -> None:
    assert said("-m set --match-set hosts src", "tcp", sets=sets(SAVED)) is True
    assert said("-m set ! --match-set hosts src", "tcp", sets=sets(SAVED)) is False
    assert said("-m set --match-set hosts dst", "tcp", sets=sets(SAVED)) is False


def test_sets_that_facts_do_not_tell() -> None:
    reason = "? set hosts: ipset_save is not in the facts"
    assert said("-m set --match-set hosts src", "tcp", sets_missing="ipset_save is not in the facts") == reason
