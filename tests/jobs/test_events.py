"""What a person reads of real tests on the demo network, from the first event to the last."""

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import backend.demo
from backend.facts import read_directory
from backend.jobs.event import EventState
from backend.jobs.phase import WORKING, Mode
from backend.jobs.record import decode_event, encode_event
from backend.jobs.snapshot import snapshot_of
from tests.jobs.running import Ran, ran

pytestmark = [pytest.mark.root, pytest.mark.serial]
GIVEN = {"path": [{"name": "hq-gw", "interface": "eth1"}, {"name": "???"}, {"name": "br-gw"}]}
QUESTIONS: dict[str, dict[str, Any]] = {
    "blocked and reached": {"source": "hq-pc1", "destination": "dc-db1", "services": "443,5432,icmp"},
    "ten services": {"source": "hq-pc1", "destination": "dc-web1", "services": "20-25,80,443,53/udp,icmp"},
    "the internet": {"source": "br-pc1", "destination": "198.51.100.7", "services": "443,53/udp"},
    "IPv6": {"source": "2001:db8:1:1::50", "destination": "2001:db8:3:10::10", "services": "443,icmp"},
    "no route": {"source": "hq-guest1", "destination": "hq-srv1", "services": "80"},
    "a trace": {"source": "hq-pc1", "destination": "br-pc1", "services": "22,icmp", "trace": json.dumps(GIVEN)},
    "prediction": {"source": "hq-pc1", "destination": "br-pc1", "services": "22,icmp", "mode": "predict"},
    "nowhere": {"source": "192.168.77.1", "destination": "br-pc1", "services": "22"},
}
PROVED = [name for name in QUESTIONS if name not in ("prediction", "nowhere")]
NOT_PLAIN = re.compile(r"None|Verdict|_|  |[{}\[\]<>]|\bdenied\b|\.\.$")
"""What no person says. Rules are quoted, so they are taken out before."""
RULE = re.compile(r": -A .*|\(.*\)")


@cache
def seen(name: str) -> Ran:
    return ran(read_directory(Path(backend.demo.__file__).parent / "facts").network, QUESTIONS[name])


@pytest.mark.parametrize("name", QUESTIONS)
def test_events_have_no_gap_go_on_and_end(name: str) -> None:
    events = seen(name).events
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    percents = [event.percent for event in events]
    assert percents == sorted(percents)
    assert (percents[-1] == 100) == (name != "nowhere")
    assert events[-1].state is (EventState.FAILED if name == "nowhere" else EventState.FINISHED)


@pytest.mark.parametrize("name", QUESTIONS)
def test_phases_begin_once_and_in_their_order(name: str) -> None:
    begun = [event.phase for event in seen(name).events if event.state is EventState.STARTED]
    order = WORKING[Mode.PREDICT if name == "prediction" else Mode.PROVE]
    assert begun == [phase for phase in order if phase in begun]
    assert (len(begun) == len(order)) == (name not in ("a trace", "nowhere"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_message_is_one_that_a_person_would_say(name: str) -> None:
    messages = [event.message for event in seen(name).events]
    assert [text for text in messages if NOT_PLAIN.search(RULE.sub("", text)) or not text.isprintable()] == []
    assert max(map(len, messages)) < 300


@pytest.mark.parametrize("name", PROVED)
def test_each_service_is_predicted_first_then_proved_then_compared(name: str) -> None:
    by_service: dict[str, list[str]] = {}
    for event in seen(name).events:
        if "service" in event.data:
            by_service.setdefault(event.data["service"], []).append(event.phase.value)
            assert event.data["sentence"]
            assert event.data["reachable"] is (event.data["verdict"] == "accepted")
    assert set(map(tuple, by_service.values())) == {("predict", "test", "analyze")}
    assert len(by_service) == len(seen(name).results[-1]["services"])


@pytest.mark.parametrize("name", PROVED)
def test_each_router_is_told_with_what_it_does_alone(name: str) -> None:
    told = {event.data["router"]: event.data["alone"] for event in seen(name).events if "alone" in event.data}
    services = seen(name).results[-1]["proof"]["services"]
    assert set(told) == {router["name"] for service in services for router in service["routers"]}
    for service in services:
        for router in service["routers"]:
            alone = [each for each in told[router["name"]] if each["port"] == service["port"]]
            assert router in [{k: v for k, v in each.items() if k not in ("port", "protocol")} for each in alone]


@pytest.mark.parametrize("name", QUESTIONS)
def test_who_has_the_events_knows_what_the_result_says_of_each_service(name: str) -> None:
    snapshot = snapshot_of("7f3a", seen(name).events)
    for service in seen(name).results[-1]["services"]:
        port = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
        assert service.items() <= snapshot.services[port].items()


@pytest.mark.parametrize("name", QUESTIONS)
def test_events_are_kept_as_they_are(name: str) -> None:
    for event in seen(name).events:
        assert decode_event(encode_event(event)) == event


@pytest.mark.parametrize("name", PROVED)
def test_no_phase_is_a_jump_of_half_the_way(name: str) -> None:
    percents = [event.percent for event in seen(name).events]
    assert max(after - before for before, after in pairwise(percents)) <= 45
