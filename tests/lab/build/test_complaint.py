import pytest

from backend.lab.build.complaint import Complaint, complaints

LEGACY = "iptables-restore v1.8.9 (legacy): Couldn't load match `geo':No such file\n\nError occurred at line: 7"
NFT = """iptables-nft-restore v1.8.9 (nf_tables):
line 7: RULE_APPEND failed (Invalid argument): rule in chain INPUT
line 9: RULE_APPEND failed (Too many links): rule in chain own"""
POLICY = "iptables-restore v1.8.9 (legacy): Can't set policy `ACCEPT' on `own' line 2: Bad built-in chain name"
QUOTING = "iptables-restore v1.8.9 (legacy): invalid port `line 5: x failed'\nError occurred at line: 8"


@pytest.mark.parametrize(
    ("said", "line", "reason"),
    [
        (LEGACY, 7, "Couldn't load match `geo':No such file"),
        (POLICY, 2, "Can't set policy `ACCEPT' on `own' line 2: Bad built-in chain name"),
        ("iptables-restore: line 12 failed", 12, "refused by the kernel"),
        ("iptables-nft-restore: line 2 failed: Bad policy name.", 2, "Bad policy name."),
        ("ipset v7.17: Error in line 4: Hash is full", 4, "Hash is full"),
        ("ipset v7.17: Unknown argument: `wildcard'", None, "Unknown argument: `wildcard'"),
        ("iptables-legacy-restore took longer than 60 s", None, "iptables-legacy-restore took longer than 60 s"),
        ("", None, "refused by the kernel"),
    ],
)
def test_a_tool_names_a_line_or_none(said: str, line: int | None, reason: str) -> None:
    assert complaints(said) == [Complaint(line, reason)]


def test_all_rules_that_the_kernel_refused_are_named() -> None:
    assert [each.line for each in complaints(NFT)] == [7, 9]
    assert complaints(NFT)[1].reason == "RULE_APPEND failed (Too many links): rule in chain own"


def test_what_a_rule_quotes_is_no_line() -> None:
    assert [each.line for each in complaints(QUOTING)] == [8]
