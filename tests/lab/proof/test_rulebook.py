import pytest

from backend.lab.proof.rulebook import Effect, effect_of
from backend.lab.watch.event import Event, Kind
from backend.model.answer import DecisionKind
from tests.lab.proof.small import book, event, syn


def test_an_event_names_the_rule_as_the_facts_have_it() -> None:
    place = book().find("one", event("web", 2))
    assert place is not None
    decision = place.decision
    assert (decision.router, decision.table, decision.chain, decision.number) == ("one", "filter", "web", 2)
    assert (decision.kind, decision.action) == (DecisionKind.RULE, "ACCEPT")
    assert decision.text == "-A web -p tcp -m tcp --dport 443 -j ACCEPT"
    assert (place.effect, place.stops) == (Effect.ACCEPTED, False)


def test_behind_the_last_rule_is_the_policy_whatever_the_kernel_calls_a_rule() -> None:
    policy = book().find("one", event("FORWARD", 4, Kind.POLICY))
    rule = book().find("one", event("FORWARD", 3, Kind.POLICY))
    assert policy is not None
    assert (policy.decision.kind, policy.decision.action, policy.stops) == (DecisionKind.POLICY, "DROP", True)
    assert rule is not None
    assert (rule.decision.kind, rule.decision.number) == (DecisionKind.RULE, 3)
    nft = book().find("one", event("FORWARD", 0, Kind.POLICY))
    assert nft == policy


def test_what_is_not_in_the_facts_is_passed_over() -> None:
    own = Event(4, "raw", "PREROUTING", Kind.RULE, 1, syn(), 0, 0)
    assert [
        book().find("one", own),
        book().find("one", event("web", 4, Kind.RETURN)),
        book().find("one", event("elsewhere", 1)),
        book().find("two", event("FORWARD", 1)),
        book().find("nowhere", event("FORWARD", 1)),
    ] == [None] * 5


def test_a_rule_that_could_not_be_loaded_or_hands_over_is_uncertain() -> None:
    marked = book(("one", 4, "filter", "web", 2), ("one", 4, "filter", "FORWARD", 0))
    for each in (event("web", 2), event("FORWARD", 4, Kind.POLICY), event("FORWARD", 3)):
        place = marked.find("one", each)
        assert place is not None
        assert place.effect is Effect.UNCERTAIN


def test_what_may_decide_otherwise_another_time_is_named() -> None:
    place = book().find("one", event("web", 1))
    assert place is not None
    assert place.changing == ("limit",)


@pytest.mark.parametrize(
    ("action", "effect"),
    [("DROP", Effect.DROPPED), ("REJECT", Effect.REJECTED), ("ACCEPT", Effect.ACCEPTED), ("LOG", Effect.GOES_ON),
     ("RETURN", Effect.GOES_ON), ("", Effect.GOES_ON), ("NFQUEUE", Effect.UNCERTAIN)],
)  # fmt: skip
def test_effects_of_targets(action: str, effect: Effect) -> None:
    assert effect_of(action) is effect
