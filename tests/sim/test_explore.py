import pytest

from backend.model.verdict import Verdict
from backend.sim.explore import MOST, Explored, explored, undecided
from backend.sim.passing import Entry
from tests.sim.build import compiled
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.rules import saved

ROUTER = """
[[router]]
name = "r"
routes = ["10.2.0.0/16 via 10.0.0.2"]
iptables = '''
{rules}
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "up"
addresses = ["10.0.0.1/30"]
"""
LIMIT = "-m limit --limit 5/sec"
NTH = "-m statistic --mode nth --every 2 --packet 0"


def outcomes(**tables: str) -> list[Explored]:
    network = compiled(ROUTER.format(rules=saved(**tables)))
    packet = meeting("tcp 10.1.0.50:4000 10.2.0.50:443 flags=2").packet
    return explored(Entry(network.routers["r"], network.firewalls["r"][4], packet, "lan"))


def verdicts(found: list[Explored]) -> list[Verdict]:
    return [each.exit.verdict for each in found]


def test_where_nothing_is_in_doubt_there_is_one_outcome_and_no_condition() -> None:
    (only,) = outcomes(filter="-A FORWARD -p tcp -j ACCEPT")
    assert (only.exit.verdict, only.conditions) == (Verdict.ACCEPTED, ())


def test_a_doubt_has_both_outcomes_and_each_says_when_it_comes() -> None:
    no, yes = outcomes(filter=f"-A FORWARD {LIMIT} -j DROP")
    rule = f"r, filter FORWARD rule 1: -A FORWARD {LIMIT} -j DROP"
    assert (no.exit.verdict, yes.exit.verdict) == (Verdict.ACCEPTED, Verdict.DENIED_FORWARD)
    assert no.conditions[0].startswith(f"{rule} does not match, which depends on limit")
    assert yes.conditions[0].startswith(f"{rule} matches, which depends on limit")


def test_undecided_a_condition_reads_the_same_in_both_outcomes() -> None:
    no, yes = outcomes(filter=f"-A FORWARD {LIMIT} -j DROP")
    assert undecided(no.conditions[0]) == undecided(yes.conditions[0])
    assert " depends on limit" in undecided(no.conditions[0])


def test_what_comes_out_the_same_either_way_only_names_the_rule() -> None:
    (only,) = outcomes(filter=f"-A FORWARD {LIMIT} -j ACCEPT\n-A FORWARD -j ACCEPT")
    assert only.exit.verdict is Verdict.ACCEPTED
    assert [text.partition(" depends on ")[0] for text in only.conditions] == [
        f"r, filter FORWARD rule 1: -A FORWARD {LIMIT} -j ACCEPT"
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            f"-A FORWARD {LIMIT} -j DROP\n-A FORWARD {NTH} -j DROP",
            [Verdict.ACCEPTED, Verdict.DENIED_FORWARD, Verdict.DENIED_FORWARD],
        ),
        (f"-A FORWARD {LIMIT} -j DROP\n-A FORWARD {NTH} -p udp -j ACCEPT", [Verdict.ACCEPTED, Verdict.DENIED_FORWARD]),
        (f"-A FORWARD {LIMIT} -j LOG\n-A FORWARD {NTH} -j DROP", [Verdict.ACCEPTED, Verdict.DENIED_FORWARD]),
    ],
)
def test_doubts_behind_one_another_are_each_taken_both_ways(rules: str, expected: list[Verdict]) -> None:
    assert verdicts(outcomes(filter=rules)) == expected


def test_a_mark_in_doubt_makes_two_outcomes_although_both_go_on() -> None:
    found = outcomes(mangle=f"-A FORWARD {LIMIT} -j MARK --set-mark 1")
    assert {each.exit.packet.mark for each in found} == {0, 1}


def test_every_combination_of_what_may_be_is_followed() -> None:
    bits = "\n".join(f"-A FORWARD {LIMIT} -j MARK --or-mark {1 << number}" for number in range(4))
    found = outcomes(mangle=bits)
    assert {each.exit.packet.mark for each in found} == set(range(16))
    assert not any("not followed" in text for each in found for text in each.conditions)


def test_outcomes_beyond_those_that_are_followed_are_one_that_nobody_knows() -> None:
    bits = "\n".join(f"-A FORWARD {LIMIT} -j MARK --or-mark {1 << number}" for number in range(5))
    found = outcomes(mangle=bits)
    assert verdicts(found) == [Verdict.ACCEPTED] * MOST + [Verdict.UNKNOWN]
    assert "the others are not followed here" in found[-1].exit.reason


def test_what_comes_out_the_same_as_far_as_it_is_followed_is_not_taken_for_certain() -> None:
    """The rule that would drop stands behind more doubts than are followed."""
    doubts = "\n".join([f"-A PREROUTING {LIMIT} -j MARK --or-mark 0"] * MOST)
    found = outcomes(mangle=doubts, filter=f"-A FORWARD {LIMIT} -j DROP")
    assert verdicts(found) == [Verdict.ACCEPTED, Verdict.UNKNOWN]


def test_what_nobody_can_say_has_one_outcome() -> None:
    assert verdicts(outcomes(filter="-A FORWARD -m frobnicate -j DROP")) == [Verdict.UNKNOWN]
