import msgspec
import pytest

from backend.engine.workers.message import (
    Ended,
    Fork,
    Forked,
    Load,
    NotForked,
    Order,
    Ready,
    Refused,
    Report,
    decode_order,
    decode_report,
    encode,
    task_of,
)
from backend.engine.workers.work import NetworkTask


@pytest.mark.parametrize("order", [Load("network", b"\xff"), Fork(3, "testing", 1 << 30)])
def test_orders_come_as_they_were_given(order: Order) -> None:
    assert decode_order(encode(order)) == order


@pytest.mark.parametrize("report", [Ready(b"{}"), Refused("why"), Forked(3, 77), NotForked(3, "why"), Ended(3, -9)])
def test_reports_come_as_they_were_given(report: Report) -> None:
    assert decode_report(encode(report)) == report


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x81", encode(Fork(1, "x"))])
def test_what_is_no_report_is_an_error(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_report(data)


def test_tasks_are_json_or_bytes_already() -> None:
    assert task_of(NetworkTask("/facts")) == b'{"directory":"/facts"}'
    assert task_of(b"\xff") == b"\xff"
