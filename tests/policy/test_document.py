import xml.etree.ElementTree as ET

from backend.policy.compare import Comparer
from backend.policy.document import check_document, comparison_document, finding_lines, junit, outcome_text, shown
from backend.policy.reading import read_policy
from tests.policy.asked import check
from tests.policy.grounds import RULES, between, world

BROKEN = "10.1.0.2-10.1.0.255 must not reach db on tcp/3306"
STOPPED = "pc must reach db on 443"
OPEN = "10.1.0.70-10.1.0.80 must reach db on https"


def test_a_check_says_what_is_not_kept_and_why() -> None:
    document = check_document("n", [check(BROKEN), check(STOPPED), check("pc must reach db on 8000")])
    assert (document["state"], document["kept"], document["broken"], document["open"]) == ("broken", 1, 2, 0)
    broken, stopped, kept = document["expectations"]
    assert kept["findings"] == []
    assert broken["findings"][0]["let_through_by"]
    assert broken["not_asked"] == [{"why": "nobody", "addresses": ["10.1.0.255"]}]
    assert stopped["findings"][0]["example"] == {
        "source": "10.1.0.50", "destination": "10.2.0.50", "port": 443, "protocol": "tcp",
    }  # fmt: skip
    (line,) = finding_lines(stopped)
    assert line == "broken: 10.1.0.50 → 10.2.0.50 443/tcp: denied_forward, fw, filter FORWARD policy DROP"
    assert len(list(finding_lines(broken, 0))) == 1


def test_a_ci_server_reads_it() -> None:
    flawed = world('-A FORWARD -m u32 --u32 "12=1" -j DROP\n-A FORWARD -j ACCEPT')
    document = check_document("n", [check(BROKEN), check(OPEN, flawed), check("pc must reach db on 8000")])
    document["expectations"][0]["name"] = 'a "name" & <more>\x01'
    root = ET.fromstring(junit(document, "policy.yaml"))
    cases = root.findall("testsuite/testcase")
    assert [[child.tag for child in case] for case in cases] == [["failure"], ["error"], []]
    assert cases[0].get("name") == 'a "name" & <more>\ufffd'
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")


def test_a_comparison_has_both_outcomes() -> None:
    (expected,) = read_policy(f"- {STOPPED}")
    other = world(RULES.replace("443", "444"))
    document = comparison_document("a", "b", [Comparer(other, between()).compare(expected)])
    assert document["changes"] == 0
    (allowed,) = read_policy("- 10.1.0.70 must reach db on 443")
    document = comparison_document("a", "b", [Comparer(other, between()).compare(allowed)])
    (change,) = document["questions"][0]["changes"]
    assert (change["before"]["verdict"], change["after"]["verdict"]) == ("denied_forward", "accepted")
    assert outcome_text(change["after"]) == "accepted"


def test_lists_are_cut() -> None:
    assert shown(list("abcdef")) == "a, b, c, d and 2 more"
