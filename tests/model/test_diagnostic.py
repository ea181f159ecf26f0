from backend.model.diagnostic import Diagnostic


def test_a_diagnostic_says_where_what_and_what_was_expected() -> None:
    told = str(Diagnostic("gw_facts.txt", "policy_rules", 12, "9: form all", "expected from"))
    assert told == "gw_facts.txt:policy_rules:12: expected from '9: form all'"


def test_and_leaves_out_what_is_not_known() -> None:
    assert str(Diagnostic("gw_facts.txt", None, None, "", "the file is empty")) == "gw_facts.txt: the file is empty"
