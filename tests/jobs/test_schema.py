"""Results of real tests, and the schema that is published of them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from backend.facts.description import read_description
from backend.jobs.comparison import Agreement
from backend.jobs.phase import WORKING, Mode, Phase
from backend.model.answer import DecisionKind
from backend.model.trace import StepKind
from backend.model.verdict import Verdict
from tests.jobs.running import ran

SCHEMA = json.loads((files("backend.wire") / "schemas/result.json").read_text("utf-8"))
VALID = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
TEXT = """
[network]
name = "small"
[[router]]
name = "one"
routes = ["10.2.0.0/24 via 10.0.0.2", "10.9.0.0/16 via 10.0.0.2", "2001:db8:2::/64 via 2001:db8::2"]
iptables = '''
*mangle
:PREROUTING ACCEPT
-A PREROUTING -p udp -m udp --dport 53 -j MARK --set-mark 0x7
COMMIT
*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
:web -
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -p icmp -j ACCEPT
-A FORWARD -d 10.9.0.0/16 -j ACCEPT
-A FORWARD -p tcp -j web
-A FORWARD -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -p udp -m udp --dport 54 -j NFQUEUE --queue-num 1
-A FORWARD -p udp -m nonsense --dport 55 -j ACCEPT
-A web -p tcp -m tcp --dport 80 -m limit --limit 5/min -j ACCEPT
-A web -p tcp -m tcp --dport 443 -m comment --comment "for all" -j ACCEPT
-A web -p tcp -m tcp --dport 23 -j REJECT
COMMIT
'''
ip6tables = '''
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
-A FORWARD -p tcp -m tcp --dport 23 -j DROP
COMMIT
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24", "2001:db8:1::1/64"]
[[router.interface]]
name = "up"
addresses = ["10.0.0.1/30", "2001:db8::1/64"]
[[router]]
name = "two"
routes = ["10.1.0.0/24 via 10.0.0.1", "blackhole 10.9.0.0/16", "2001:db8:1::/64 via 2001:db8::1"]
[[router.interface]]
name = "down"
addresses = ["10.0.0.2/30", "2001:db8::2/64"]
[[router.interface]]
name = "srv"
addresses = ["10.2.0.1/24", "2001:db8:2::1/64"]
[[host]]
name = "a"
addresses = ["10.1.0.50/24", "2001:db8:1::50/64"]
[[host]]
name = "b"
addresses = ["10.2.0.50/24", "2001:db8:2::50/64"]
"""
GIVEN = {
    "path": [{"name": "one", "mine": {"x": [1]}}, {"name": "???"}, {"name": "two", "interface": "down", "rtt": 0.4}],
    "src": "10.1.0.50",
}
THERE = {"source": "a", "destination": "10.2.0.50"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "accepted, dropped, rejected": {**THERE, "services": "443,25,23,icmp"},
    "conditional, unknown, translated": {**THERE, "services": "80,53/udp,54/udp,55/udp"},
    "of a port, tos and ttl": {**THERE, "services": "443", "source_port": 4000, "tos": 16, "ttl": 1, "gateway": "one"},
    "blackhole": {"source": "a", "destination": "10.9.0.1", "services": "443,icmp"},
    "no route": {"source": "a", "destination": "10.77.0.1", "services": "443"},
    "to a router": {"source": "a", "destination": "two", "services": "443"},
    "IPv6": {"source": "2001:db8:1::50", "destination": "2001:db8:2::50", "services": "443,23,53/udp,icmp"},
    "a trace that was given": {**THERE, "services": "443,23,icmp", "trace": GIVEN},
    "a proof that fails": {"source": "10.88.0.1", "destination": "10.2.0.50", "services": "443"},
    "a prediction": {**THERE, "services": "443,23", "mode": "predict"},
}


@cache
def results(name: str) -> list[Any]:
    network = read_description(TEXT, "small.toml")
    return ran(network, QUESTIONS[name]).results


def complaints(result: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALID.iter_errors(result)]


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("name", QUESTIONS)
def test_all_that_a_test_finds_keeps_the_schema(name: str) -> None:
    for result in results(name):
        assert complaints(result) == []


@pytest.mark.root
@pytest.mark.serial
def test_results_of_many_kinds_are_among_them() -> None:
    found = {service["verdict"] for name in QUESTIONS for service in results(name)[-1]["services"]}
    assert found >= {
        "accepted", "denied_forward", "conditional", "unknown", "blackhole", "no_route", "ttl_exceeded",
    }  # fmt: skip


@pytest.mark.root
@pytest.mark.serial
def test_what_is_missing_is_null_and_said_in_the_notes() -> None:
    *_, failed = results("a proof that fails")
    assert (failed["proof"], failed["comparison"], failed["services"][0]["by"]) == (None, None, "prediction")
    assert failed["notes"][0].startswith("there is no proof: ")
    *_, predicted = results("a prediction")
    assert (predicted["proof"], predicted["mode"]) == (None, "predict")


@pytest.mark.root
@pytest.mark.serial
def test_a_given_trace_stands_in_the_result_as_it_was_given() -> None:
    *_, result = results("a trace that was given")
    assert result["asked"]["trace"] == GIVEN
    assert "hop 2 of the trace did not answer, so nobody knows which router it is" in result["notes"]
    assert [router["name"] for router in result["proof"]["services"][0]["routers"]] == ["one", "two"]


@pytest.mark.root
@pytest.mark.serial
def test_a_key_too_many_or_too_few_is_found_in_every_part() -> None:
    """But where the schema lets one be missing (`tried`), or the part is not ours."""
    seen = set()
    for name in ("accepted, dropped, rejected", "a trace that was given"):
        result = results(name)[-1]
        for place, part in parts(result):
            if place in seen or place.startswith("asked.trace"):
                continue
            seen.add(place)
            part["unheard of"] = 1
            assert not VALID.is_valid(result), f"{place} takes any key"
            del part["unheard of"]
            for key in list(part):
                kept = part.pop(key)
                assert not VALID.is_valid(result), f"{place} may lack {key}"
                part[key] = kept
    assert {"", "asked", "phases.", "services..decided_by", "proof.services..routers..counted."} <= seen


def parts(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield place, value
        for key, inner in list(value.items()):
            yield from parts(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner, f"{place}.")


def test_the_schema_knows_all_words() -> None:
    words = SCHEMA["$defs"]
    assert words["verdict"]["enum"] == [verdict.value for verdict in Verdict]
    assert words["decision"]["properties"]["kind"]["enum"] == [kind.value for kind in DecisionKind]
    assert words["step"]["properties"]["kind"]["enum"] == [kind.value for kind in StepKind]
    assert words["agreement"]["enum"] == [agreement.value for agreement in Agreement]
    phases = [phase.value for phase in WORKING[Mode.PROVE] if phase is not Phase.REPORT]
    assert words["phase"]["properties"]["phase"]["enum"] == phases
    assert SCHEMA["properties"]["mode"]["enum"] == [mode.value for mode in Mode]


def test_everything_in_it_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    kinds = [SCHEMA, *SCHEMA["$defs"].values()]
    assert [kind for kind in kinds if not kind.get("description")] == []
    fields = [field for kind in kinds for field in kind.get("properties", {}).values() if "$ref" not in field]
    assert [field for field in fields if not field.get("description")] == []


def test_a_time_without_zone_is_none() -> None:
    broken = deepcopy(SCHEMA["properties"]["started"])
    assert list(Draft202012Validator(broken).iter_errors("2024-05-01T12:00:00"))
