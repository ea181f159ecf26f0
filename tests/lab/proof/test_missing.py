from backend.lab.build.loaded import Loaded
from backend.lab.proof.missing import missing
from backend.model.firewall import Firewall, Ruleset
from backend.model.network import Router

KNOWN = Router("known", firewall=Firewall(Ruleset(4), Ruleset(6)))
BLIND = Router("blind", firewall=Firewall(None, Ruleset(6), (), "iptables-save: you must be root"))
OTHER = Router("other", kind="other")
SPACES = {"known": "known", "blind": "blind", "other": "other"}


def test_rules_that_are_not_in_the_facts_or_cannot_be_loaded_are_not_known() -> None:
    loaded = Loaded(lacking=frozenset([("known", 4, "security")]))
    assert missing((KNOWN, BLIND, OTHER), 4, loaded, SPACES) == {
        "known": "known: table security cannot be loaded here",
        "blind": "the rules of blind are not known: iptables-save: you must be root",
    }
    assert missing((KNOWN, BLIND, OTHER), 6, loaded, SPACES) == {}
