import pytest
from msgspec import structs

from backend.report.pages.words import counted, duration, moment, place, sign_of, source_of, spoken, whole
from backend.report.result import Decision, Summary
from tests.report.pages.pages import result


@pytest.mark.parametrize(
    ("verdict", "sign"),
    [
        ("accepted", "✓"),
        ("denied_in", "✗"),
        ("rpfilter", "✗"),
        ("conditional", "?"),
        ("unknown", "?"),
        ("exits_network", "?"),
        (None, "·"),
    ],
)
def test_a_sign_says_it_without_colour(verdict: str | None, sign: str) -> None:
    assert sign_of(verdict).text == sign


def test_where_a_decision_stands() -> None:
    rule = Decision("gw", "rule", "DROP", "filter", "FORWARD", 12)
    policy = Decision("gw", "policy", "DROP", "filter", "FORWARD")
    route = Decision("gw", "route", "unreachable", "main")
    assert [place(each) for each in (rule, policy, route)] == [
        "filter FORWARD rule 12",
        "filter FORWARD policy DROP",
        "",
    ]
    said = [source_of("iptables_save", 7), source_of("routes", None), source_of(None, 3), source_of(None, None)]
    assert said == ["iptables_save:7", "routes", "line 3", ""]


def test_times_are_a_person_s() -> None:
    assert moment("2026-07-01T12:00:00.123Z") == "2026-07-01 12:00:00 UTC"
    assert (moment(None), moment("yesterday")) == ("—", "yesterday")
    assert (duration(0.0123), duration(3.2), duration(None)) == ("12 ms", "3.20 s", "—")
    assert (counted(1, "rule"), counted(0, "rule"), spoken("no_route")) == ("1 rule", "0 rules", "no route")


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([], "No service was tested."),
        (["accepted"], "The service is reached."),
        (["unknown"], "The service is not decided."),
        (["accepted", "accepted"], "All 2 services are reached."),
        (["accepted", "no_route", "unknown"], "Of 3 services: 1 reached, 1 not reached, 1 not decided."),
    ],
)
def test_all_of_it_in_a_sentence(verdicts: list[str], said: str) -> None:
    services = tuple(Summary("tcp", verdict, 22) for verdict in verdicts)
    assert whole(structs.replace(result("accepted"), services=services))[0] == said
