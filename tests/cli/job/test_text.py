"""Words about tests; most are seen where the commands are typed."""

from typing import Any

import pytest

from backend.cli.job.text import ended_text, frame_line, list_text, result_text

JOB: dict[str, Any] = {
    "id": "1f", "status": "queued", "reason": "", "mode": "prove", "source": "10.0.0.1", "destination": "10.0.0.2",
    "services": [{"port": None, "protocol": "icmp"}], "submitted": "2026-01-31T18:00:01.123Z", "user": "ann",
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "reason", "text"),
    [
        ("queued", "", "job 1f is queued"),
        ("succeeded", "", "job 1f has succeeded"),
        ("failed", "no lab", "job 1f has failed: no lab"),
        ("expired", "2 minutes", "job 1f has expired: 2 minutes"),
        ("cancelled", "by ann", "job 1f is cancelled: by ann"),
    ],
)
def test_how_a_test_is(status: str, reason: str, text: str) -> None:
    assert ended_text(JOB | {"status": status, "reason": reason}) == text


def test_a_list_has_columns() -> None:
    other = JOB | {"id": "222", "status": "succeeded", "services": [{"port": 1, "protocol": "tcp"}] * 9}
    assert list_text({"jobs": [JOB, other], "next": None}).splitlines() == [
        "ID   STATUS     MODE   FROM → TO            SERVICES                      SUBMITTED             BY",
        "1f   queued     prove  10.0.0.1 → 10.0.0.2  icmp                          2026-01-31 18:00:01Z  ann",
        "222  succeeded  prove  10.0.0.1 → 10.0.0.2  1/tcp,1/tcp,1/tcp and 6 more  2026-01-31 18:00:01Z  ann",
    ]


def test_who_has_a_name_in_the_facts_is_called_so() -> None:
    shown = list_text({"jobs": [JOB | {"source_name": "hq-pc1", "destination_name": None}], "next": None})
    assert "  hq-pc1 → 10.0.0.2  " in shown.splitlines()[1]


def test_one_service_is_shown_whole_however_long() -> None:
    services = [{"port": 1, "protocol": "x" * 40}, {"port": 2, "protocol": "y"}]
    assert f"1/{'x' * 40} and 1 more" in list_text({"jobs": [JOB | {"services": services}], "next": None})


@pytest.mark.parametrize(
    ("ports", "shown"),
    [
        ([(port, "tcp") for port in range(1, 1001)], "1-1000/tcp"),
        ([(22, "tcp"), (53, "udp"), (54, "tcp"), (55, "tcp"), (None, "icmp")], "22/tcp,53/udp,54-55/tcp,icmp"),
        ([(port, "tcp") for port in (*range(100, 110), 200, 300, 400, 500)], "100-109/tcp,200/tcp and 3 more"),
    ],
)
def test_ports_in_a_row_are_a_range(ports: list[tuple[int | None, str]], shown: str) -> None:
    services = [{"port": port, "protocol": protocol} for port, protocol in ports]
    assert f"  {shown}  " in list_text({"jobs": [JOB | {"services": services}], "next": None}).splitlines()[1]


def test_frames_are_lines() -> None:
    event = {"percent": 5, "phase": "build", "message": "the lab is being built"}
    assert frame_line({"event": event}) == frame_line({"job": JOB, "snapshot": event})
    assert frame_line({"event": event}) == "  5%  build     the lab is being built"
    waits = frame_line({"place": {"position": 2, "starts_in_s": 1.4}})
    assert waits == "   -  queued    waits at position 2, starts in about 1.4 s"


def test_a_difference_is_named() -> None:
    services = [
        {"port": 22, "protocol": "tcp", "agreement": "differs", "why": "gw drops it"},
        {"port": 23, "protocol": "tcp", "agreement": "agrees", "why": ""},
    ]
    comparison = {"sentence": "They differ.", "services": services}
    result: dict[str, Any] = {
        "prediction": None, "proof": None, "comparison": comparison, "notes": ["so"], "mode": "prove", "job": "1f",
        "services": [{}, {}],
    }  # fmt: skip
    assert result_text(result, 0).splitlines() == [
        "nothing is known yet", "They differ.", "  22/tcp differs: gw drops it", "note: so",
        "as PDF: job report 1f",
    ]  # fmt: skip
