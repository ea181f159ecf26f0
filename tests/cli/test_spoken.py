from typing import Any

import pytest

from backend.cli import spoken

STATUS: dict[str, Any] = {
    "network": "x@1", "since": "2026-01-01T00:00:00Z", "pid": 7, "is_rootless": False, "is_whole": True,
    "backend": "legacy", "hosts": [], "services": [], "refusals": [], "omissions": [],
    "machines": [
        {"name": "r1", "kind": "router"}, {"name": "a", "kind": "host"}, {"name": "b", "kind": "host"},
        {"name": "w", "kind": "by hand"}, {"name": "internet", "kind": "internet"},
    ],
}  # fmt: skip
HOST = {
    "name": "w", "addresses": ["10.1.0.9/24"], "segment": "left", "on": "r1:eth0", "gateways": ["10.1.0.1"],
    "notes": ["so"],
}  # fmt: skip
ENDS = {
    "network": "x@1", "source": "10.1.0.50", "source_name": "a", "destination": "10.2.0.50", "destination_name": "b",
}  # fmt: skip


def test_the_status_counts_the_machines_and_names_the_owner() -> None:
    lines = spoken.status_text(STATUS, "x@1", 0).splitlines()
    assert lines == [
        "x@1 is up since 2026-01-01T00:00:00Z, process 7 of root",
        "  machines   1 router, 2 hosts, 1 host by hand, an internet; rules by iptables-legacy",
        "  routers    r1",
        "  hosts      a b",
    ]


def test_the_status_says_when_the_facts_have_changed() -> None:
    text = spoken.status_text(STATUS, "x@2", 0)
    assert "  outdated   the facts are x@2 now; `network down` and `network up` build that" in text


def test_the_status_of_more() -> None:
    services = [{"machine": "w", "services": ["80/tcp", "53/udp"]}]
    more = STATUS | {"is_rootless": True, "is_whole": False, "hosts": [HOST], "services": services, "backend": None}
    text = spoken.status_text(more, "x@1", 0)
    for part in (
        "process 7 of an ordinary user",
        "an internet; not the whole network\n",
        "  by hand    w 10.1.0.9/24 on left (r1:eth0) via 10.1.0.1\n",
        "  services   w 80/tcp 53/udp",
    ):
        assert part in text


@pytest.mark.parametrize(("verbose", "shown"), [(0, 10), (1, 15)])
def test_of_what_was_refused_as_much_is_shown_as_asked_for(verbose: int, shown: int) -> None:
    many = STATUS | {"refusals": [f"no {number}" for number in range(14)], "omissions": ["r1: x: y"]}
    text = spoken.status_text(many, "x@1", verbose)
    assert text.count("  refused    no ") + text.count("  left out   r1: x: y") == shown
    assert ("… and 5 more; network status -v shows all" in text) == (not verbose)


def test_a_network_that_is_up_with_what_it_lacks() -> None:
    text = spoken.up_text(STATUS | {"refusals": ["no 1"]}, "is up")
    assert text.splitlines()[0].startswith("x@1 is up: 1 router, 2 hosts")
    assert text.splitlines()[1] == "  refused    no 1"


def test_hosts() -> None:
    assert spoken.added_text(HOST).splitlines()[1] == "  note: so"
    known = {"name": "a", "addresses": ["10.1.0.50"], "by_hand": False}
    assert spoken.hosts_text({"hosts": [known, HOST | {"by_hand": True}]}).splitlines() == [
        "a 10.1.0.50",
        "w 10.1.0.9/24 on left (r1:eth0) via 10.1.0.1, by hand",
    ]
    assert spoken.hosts_text({"hosts": []}) == "no hosts"
    assert spoken.removed_text(HOST | {"stopped": []}) == "w is gone"
    assert spoken.removed_text(HOST | {"stopped": ["80/tcp"]}) == "w is gone, and its services 80/tcp"


def test_services() -> None:
    started = {"machine": "w", "started": ["80/tcp"], "already": ["53/udp"], "notes": ["so"]}
    assert spoken.started_text(started).splitlines() == [
        "w: started: 80/tcp",
        "w: runs already: 53/udp",
        "  note: so",
    ]
    assert spoken.stopped_text({"machine": "w", "stopped": ["80/tcp"], "not_running": ["81/tcp"]}).splitlines() == [
        "w: stopped: 80/tcp",
        "w: did not run: 81/tcp",
    ]
    assert spoken.stopped_text({"machine": "w", "stopped": [], "not_running": []}) == "w: no service runs there"
    assert spoken.services_text({"services": [{"machine": "w", "services": ["80/tcp"]}]}) == "w: 80/tcp"
    assert spoken.services_text({"services": []}) == "no service runs"


def test_a_test_of_services() -> None:
    services = [
        {"service": "443/tcp", "outcome": "answered", "reason": ""},
        {"service": "icmp", "outcome": "silent", "reason": "no answer"},
    ]
    assert spoken.tested_text(ENDS | {"services": services}).splitlines() == [
        "a (10.1.0.50) → b (10.2.0.50)   (x@1)",
        "  443/tcp  answered",
        "  icmp     silent: no answer",
    ]


def test_a_ping() -> None:
    reply = {"seq": 1, "text": "reply", "name": "b", "ip": "10.2.0.50", "ttl": 62, "rtt": 0.25}
    silence = {"seq": 2, "text": "no answer", "name": "", "ip": "", "ttl": None, "rtt": None}
    statistics = {"sent": 2, "received": 1, "loss": 0.5, "rtt_min": 0.25, "rtt_avg": 0.25, "rtt_max": 0.25}
    document = ENDS | statistics | {"failure": "", "echoes": [reply, silence]}
    assert spoken.ping_text(document).splitlines()[1:] == [
        "    1  reply from b (10.2.0.50)  ttl 62  0.250 ms",
        "    2  no answer",
        "2 sent, 1 answered, 50% lost, rtt min/avg/max 0.250/0.250/0.250 ms",
    ]
    nothing = {"sent": 0, "received": 0, "loss": 1.0, "rtt_min": None, "rtt_avg": None, "rtt_max": None}
    failed = ENDS | nothing | {"source": "", "failure": "not sent: Network is unreachable", "echoes": []}
    assert spoken.ping_text(failed).splitlines() == [
        "a → b (10.2.0.50)   (x@1)",
        "  not sent: Network is unreachable",
        "0 sent, 0 answered, 100% lost",
    ]


def hop(number: int, name: str, ip: str, rtts: list[float | None], answer: str, *also: str) -> dict[str, Any]:
    more = [{"name": each, "ip": each} for each in also]
    return {"hop": number, "name": name, "ip": ip, "rtts": rtts, "answer": answer, "also": more}


EXCEEDED = "time to live exceeded"
MTR = ENDS | {"protocol": "tcp", "port": 443, "asked": 30, "failure": "", "reached": True}


def test_a_trace() -> None:
    path = [
        hop(1, "r1", "10.1.0.1", [0.5, None], EXCEEDED, "192.0.2.1"),
        hop(2, "???", "", [None, None], ""),
        hop(3, "b", "10.2.0.50", [123.456, 0.25], "connected"),
    ]
    assert spoken.mtr_text(MTR | {"path": path}).splitlines() == [
        "a (10.1.0.50) → b (10.2.0.50)   (x@1) by tcp/443",
        "   1  r1 (10.1.0.1)    0.500 ms      *       also 192.0.2.1",
        "   2  *                  *           *",
        "   3  b (10.2.0.50)  123.456 ms    0.250 ms  connected",
        "reached: 3 hops",
    ]


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ([], "nobody answers, of 30 hops asked"),
        ([hop(1, "r1", "10.1.0.1", [0.5], EXCEEDED)], "not reached: behind hop 1 nobody answers, of 30 hops asked"),
        ([hop(1, "r1", "10.1.0.1", [0.5], "net unreachable")], "not reached: it ends at r1"),
        ([hop(at, "r1", "10.1.0.1", [0.5], EXCEEDED) for at in range(1, 31)], "not reached within 30 hops"),
    ],
)
def test_a_trace_that_does_not_reach_its_end_says_so(path: list[dict[str, Any]], last: str) -> None:
    assert spoken.mtr_text(MTR | {"reached": False, "path": path}).splitlines()[-1] == last


def test_a_trace_that_was_not_sent() -> None:
    document = MTR | {"reached": False, "path": [], "failure": "not sent: Network is unreachable"}
    assert spoken.mtr_text(document).splitlines()[1:] == ["  not sent: Network is unreachable"]
