import pytest
from msgspec import structs

from backend.sim.netfilter.connection import Connection, Tuple
from backend.sim.netfilter.match.conntrack import state_bits
from tests.sim.netfilter.match.asking import meeting, said

TCP = Connection(
    original=Tuple(6, 0x0A000001, 4000, 0x0A000909, 80),
    reply=Tuple(6, 0x0A000908, 8080, 0x0A000001, 4000),
    has_destination_translated=True,
)
PING = Connection(Tuple(1, 1, 7, 2, 7), Tuple(1, 2, 7, 1, 7))


@pytest.mark.parametrize(
    ("states", "state", "expected"),
    [
        ("NEW", "NEW", True),
        ("NEW", "ESTABLISHED", False),
        ("RELATED,ESTABLISHED", "ESTABLISHED", True),
        ("related,established", "RELATED", True),
        ("EST,REL", "RELATED", True),
        ("INVALID", "INVALID", True),
        ("UNTRACKED", "UNTRACKED", True),
        ("INVALID", "UNTRACKED", False),
        ("INVALID,UNTRACKED", "UNTRACKED", True),
        ("NEW,DNAT", "NEW", True),
        ("WARP", "NEW", None),
    ],
)
@pytest.mark.parametrize("spelling", ["-m conntrack {}--ctstate {}", "-m state {}--state {}"])
def test_states(states: str, state: str, expected: bool | None, spelling: str) -> None:
    connection = TCP if state in ("NEW", "ESTABLISHED", "RELATED") else None
    met = meeting(f"tcp state={state}", connection=connection)
    if expected is None:
        assert "no such word: WARP" in str(said(spelling.format("", states), met))
        return
    assert said(spelling.format("", states), met) is expected
    assert said(spelling.format("! ", states), met) is not expected


def test_translation_is_a_state_of_every_packet_of_the_connection() -> None:
    for state in ("NEW", "ESTABLISHED"):
        met = meeting(f"tcp state={state}", connection=TCP)
        assert said("-m conntrack --ctstate DNAT", met) is True
        assert said("-m conntrack ! --ctstate DNAT", met) is False
        assert said("-m conntrack --ctstate SNAT", met) is False
        assert said("-m conntrack ! --ctstate SNAT,DNAT", met) is False
    assert said("-m conntrack --ctstate DNAT", "tcp state=NEW") is False


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--ctproto tcp", True),
        ("--ctproto 17", False),
        ("! --ctproto udp", True),
        ("--ctorigsrc 10.0.0.0/24", True),
        ("! --ctorigsrc 10.0.0.0/24", False),
        ("--ctorigdst 10.0.9.9", True),
        ("--ctreplsrc 10.0.9.9", False),
        ("--ctreplsrc 10.0.9.8/255.255.255.254", True),
        ("--ctrepldst 10.0.0.1", True),
        ("--ctorigsrcport 4000", True),
        ("--ctorigdstport 80:90", True),
        ("! --ctorigdstport 80:90", False),
        ("--ctreplsrcport 8080", True),
        ("--ctreplsrcport 80", False),
        ("--ctrepldstport 4000:", True),
        ("--ctorigsrc 10.0.0.1 --ctorigdstport 81", False),
        ("--ctorigsrc 10.0.0.1 --ctorigdstport 80 --ctstate NEW", True),
        ("--ctorigsrc 10.0.0.1 --ctorigdstport 80 --ctstate ESTABLISHED", False),
        ("--ctdir ORIGINAL", True),
        ("--ctdir REPLY", False),
        ("--ctexpire 5:10", "conntrack: ctexpire 5:10"),
        ("! --ctexpire 5", "conntrack: not ctexpire 5"),
        ("--ctwarp 5", "? conntrack: ctwarp 5 (option --ctwarp is not known)"),
    ],
)
def test_what_the_connection_is(options: str, expected: bool | str) -> None:
    assert said(f"-m conntrack {options}", meeting("tcp state=NEW", connection=TCP)) == expected


def test_without_connection_only_the_state_counts() -> None:
    """xt_conntrack.c says no at once where no state is asked for, and else the rest is not looked at."""
    assert said("-m conntrack --ctorigsrc 10.0.0.1", "tcp") is False
    assert said("-m conntrack ! --ctorigsrc 10.0.0.1", "tcp") is False
    assert said("-m conntrack --ctdir ORIGINAL", "tcp") is False
    assert said("-m conntrack --ctstate INVALID --ctorigsrc 10.9.9.9", "tcp") is True
    assert said("-m conntrack --ctstate NEW --ctorigsrc 10.9.9.9", "tcp") is False


@pytest.mark.parametrize(
    ("options", "state", "is_reply", "connection", "expected"),
    [
        ("--ctstatus SEEN_REPLY", "NEW", False, TCP, False),
        ("! --ctstatus SEEN_REPLY", "NEW", False, TCP, True),
        ("--ctstatus SEEN_REPLY", "ESTABLISHED", True, TCP, True),
        ("--ctstatus CONFIRMED", "NEW", False, TCP, False),
        ("--ctstatus CONFIRMED", "ESTABLISHED", True, TCP, True),
        ("--ctstatus CONFIRMED", "RELATED", True, TCP, "conntrack: ctstatus CONFIRMED"),
        ("--ctstatus EXPECTED", "RELATED", True, TCP, "conntrack: ctstatus EXPECTED"),
        ("--ctstatus EXPECTED", "ESTABLISHED", True, TCP, False),
        ("--ctstatus EXPECTED,CONFIRMED", "ESTABLISHED", True, TCP, True),
        ("--ctstatus ASSURED", "NEW", False, TCP, False),
        ("--ctstatus ASSURED", "ESTABLISHED", True, TCP, "conntrack: ctstatus ASSURED"),
        ("--ctstatus ASSURED", "ESTABLISHED", True, PING, False),
        ("--ctstatus NONE", "NEW", False, TCP, False),
        ("! --ctstatus NONE", "NEW", False, TCP, True),
    ],
)
def test_status(options: str, state: str, is_reply: bool, connection: Connection, expected: bool | str) -> None:
    met = meeting(f"tcp state={state}", connection=connection, is_reply=is_reply)
    assert said(f"-m conntrack {options}", met) == expected


def test_an_icmp_error_is_related_to_a_connection_that_is_confirmed() -> None:
    met = meeting("icmp state=RELATED", connection=TCP)
    assert said("-m conntrack --ctstatus EXPECTED", met) is False
    assert said("-m conntrack --ctstate RELATED --ctproto tcp", met) is True
    assert said("-m conntrack --ctstatus CONFIRMED", met) is True


def test_ports_that_nobody_says() -> None:
    unsaid = structs.replace(TCP, original=structs.replace(TCP.original, source_port=None))
    met = meeting("tcp state=NEW", connection=unsaid)
    text = "conntrack: ctorigsrcport of a connection whose port the flow does not name"
    assert said("-m conntrack --ctorigsrcport 5", met) == text
    assert said("-m conntrack --ctorigsrcport 5 --ctproto udp", met) is False
    ping = meeting("icmp state=NEW", connection=PING)
    assert said("-m conntrack --ctorigsrcport 7", ping) == "? conntrack: ctorigsrcport of a connection of ICMP"


def test_bits_of_states() -> None:
    assert state_bits("NEW,NEW") == state_bits("new") == 8
