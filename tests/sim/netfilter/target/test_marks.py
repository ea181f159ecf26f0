import pytest
from msgspec import structs

from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.tracking import track
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.target.acting import acted, unread

SETTING = [
    ("--set-xmark 0x5", 0x5),
    ("--set-xmark 0x5/0xff", 0x12345605),
    ("--set-xmark 0x105/0xff", 0x12345705),
    ("--set-mark 0x5", 0x5),
    ("--set-mark 0x5/0xff", 0x12345605),
    ("--set-mark 0x105/0xff", 0x12345705),
    ("--set-mark 0x200/0xff", 0x12345600),
    ("--set-xmark 0x200/0xff", 0x12345400),
    ("--and-mark 0xff", 0x78),
    ("--or-mark 0xff", 0x123456FF),
    ("--xor-mark 0xff", 0x12345687),
]


def tracked(met: str, mark: int = 0) -> Meeting:
    found = meeting(met)
    track(found, ())
    assert found.connection is not None
    found.connection = structs.replace(found.connection, mark=mark)
    return found


@pytest.mark.parametrize(("options", "expected"), SETTING)
def test_the_mark_of_a_packet_is_set_under_a_mask(options: str, expected: int) -> None:
    assert acted(f"-j MARK {options}", "mark=0x12345678").packet.mark == expected


@pytest.mark.parametrize(("options", "expected"), SETTING)
def test_the_mark_of_a_connection_is_set_in_the_same_words(options: str, expected: int) -> None:
    found = acted(f"-j CONNMARK {options}", tracked("tcp mark=0x9", mark=0x12345678))
    assert found.connection is not None
    assert (found.connection.mark, found.packet.mark) == (expected, 0x9)


@pytest.mark.parametrize(
    ("options", "packets", "connections"),
    [
        ("--save-mark", 0xAABB, 0xAABB),
        ("--save-mark --nfmask 0xff --ctmask 0xff", 0xAABB, 0x11BB),
        ("--save-mark --mask 0xff00", 0xAABB, 0xAA22),
        ("--save-mark --nfmask 0xff --ctmask 0xffffffff", 0xAABB, 0xBB),
        ("--restore-mark", 0x1122, 0x1122),
        ("--restore-mark --nfmask 0xff --ctmask 0xff", 0xAA22, 0x1122),
        ("--restore-mark --mask 0xff00", 0x11BB, 0x1122),
    ],
)
def test_marks_are_saved_to_the_connection_and_restored_from_it(options: str, packets: int, connections: int) -> None:
    found = acted(f"-j CONNMARK {options}", tracked("tcp mark=0xaabb", mark=0x1122))
    assert found.connection is not None
    assert (found.packet.mark, found.connection.mark) == (packets, connections)


@pytest.mark.parametrize("options", ["--set-mark 5", "--save-mark", "--restore-mark"])
def test_a_packet_without_connection_keeps_its_mark(options: str) -> None:
    found = acted(f"-j CONNMARK {options}", "tcp mark=7")
    assert (found.packet.mark, found.connection) == (7, None)


@pytest.mark.parametrize("text", ["-j MARK", "-j MARK --set-mark 1 --or-mark 2", "-j CONNMARK --set-mark x"])
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert unread(text)
