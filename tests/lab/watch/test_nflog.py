import struct

import pytest

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import attribute
from backend.lab.watch.event import Event, Kind
from backend.lab.watch.nflog import Decoder, bind_messages

PACKET = bytes.fromhex("45000054e50c40003f0142960a0100020a02000208002263146c0001") + b"\xd5" * 56
# As the kernel (6.18) tells it of a packet that goes from one device to another.
HARDWARE = bytes.fromhex(
    "1000080000060000c62ff9b05441000006000f000001000006001100000e0000120010009e6dfc8598f5c62ff9b05441080000001400030000"
    "0000006b0187d500000000000d6a65"
)


def message(*attributes: bytes, family: int = 2, hook: int = 2, kind: int = 0x400) -> bytes:
    head = struct.pack("=BBH", family, 0, 0) + attribute(1, struct.pack(">HBx", 0x0800, hook))
    body = head + b"".join(attributes)
    return netlink.HEADER.pack(16 + len(body), kind, 0, 0, 0) + body


def prefix(text: str) -> bytes:
    return attribute(10, text.encode() + b"\0")


def number(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack(">I", value))


RULE = prefix("TRACE: filter:FORWARD:rule:351 ")
DEVICES = number(4, 10) + number(5, 11)
PAYLOAD = attribute(9, PACKET)
DONE = netlink.HEADER.pack(20, 3, 2, 0, 0) + bytes(4)


def test_an_event_says_table_chain_position_devices_mark_and_packet() -> None:
    found = Decoder().event(message(RULE, DEVICES, number(2, 7), HARDWARE, PAYLOAD))
    assert found == Event(4, "filter", "FORWARD", Kind.RULE, 351, PACKET, 7, 2, 10, 11)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("TRACE: raw:OUTPUT:policy:2 ", ("raw", "OUTPUT", Kind.POLICY, 2)),
        ("TRACE: nat:USER:return:12 ", ("nat", "USER", Kind.RETURN, 12)),
        ("TRACE: nat:a:b:rule:1 ", ("nat", "a:b", Kind.RULE, 1)),
    ],
)
def test_each_kind_of_event(said: str, expected: tuple[str, str, Kind, int]) -> None:
    found = Decoder().event(message(prefix(said), PAYLOAD, family=10, hook=3))
    assert found is not None
    assert (found.family, found.table, found.chain, found.kind, found.position) == (6, *expected)


@pytest.mark.parametrize(
    "attributes",
    [
        (DEVICES, HARDWARE, PAYLOAD),
        (DEVICES, HARDWARE, number(11, 0), PAYLOAD),
        (number(4, 10), number(6, 12), number(5, 11), HARDWARE, PAYLOAD),
        (DEVICES, number(8, 0), attribute(3, bytes(16)), PAYLOAD),
        (DEVICES, PAYLOAD, number(12, 5)),
        (DEVICES, number(20, 5), PAYLOAD),
    ],
    ids=["as usual", "an owner", "a bridge", "no Ethernet", "more behind", "something new"],
)
def test_the_packet_is_found_wherever_it_stands(attributes: tuple[bytes, ...]) -> None:
    found = Decoder().event(message(RULE, *attributes))
    assert found is not None
    assert (found.packet, found.iif, found.oif, found.mark) == (PACKET, 10, 11, 0)


def test_an_event_without_a_packet_is_one_all_the_same() -> None:
    found = Decoder().event(message(RULE))
    assert found is not None
    assert (found.packet, found.iif) == (b"", 0)


@pytest.mark.parametrize("hook", range(5))
def test_only_the_first_three_hooks_tell_the_time(hook: int) -> None:
    hardware = HARDWARE if hook < 3 else HARDWARE[:-20]
    found = Decoder().event(message(RULE, DEVICES, hardware, PAYLOAD, hook=hook))
    assert found is not None
    assert (found.packet, found.hook) == (PACKET, hook)


@pytest.mark.parametrize(
    "data",
    [
        message(prefix("blocked: "), DEVICES, HARDWARE, PAYLOAD),
        message(prefix("TRACE: filter:FORWARD:rule: "), PAYLOAD),
        message(prefix("TRACE: filter:FORWARD:rule:x "), PAYLOAD),
        message(prefix("TRACE: filter:FORWARD:jump:1 "), PAYLOAD),
        message(prefix("TRACE: filter"), PAYLOAD),
        message(prefix("see TRACE: filter:FORWARD:rule:1 "), PAYLOAD),
        message(DEVICES, PAYLOAD),
        message(RULE, PAYLOAD, family=7),
        message(RULE, PAYLOAD, kind=0x401),
        netlink.HEADER.pack(36, 2, 0, 1, 0) + bytes(20),
    ],
    ids=["log", "no number", "no position", "no kind", "short", "inside", "no prefix", "bridge", "config", "ack"],
)
def test_what_is_no_event(data: bytes) -> None:
    assert Decoder().event(data) is None


def test_of_several_messages_only_the_last_can_be_an_event() -> None:
    """The kernel keeps back what NFLOG rules say until a trace event sends it along."""
    fake = message(prefix("TRACE: filter:FORWARD:rule:9 "), DEVICES, HARDWARE, PAYLOAD)
    real = message(RULE, DEVICES, HARDWARE, PAYLOAD)
    found = Decoder().event(fake + fake + real + DONE)
    assert found is not None
    assert found.position == 351
    log = message(prefix("mine"), PAYLOAD)
    assert Decoder().event(fake + log + DONE) is None


def test_the_group_is_configured_with_acknowledgements() -> None:
    messages = bind_messages()
    assert {each.kind for each in messages} == {0x401}
    assert all(each.flags & netlink.ACK for each in messages)
    assert [each.body[0] for each in messages] == [2, 10, 0]
