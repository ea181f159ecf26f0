import pytest

from backend.sim.netfilter.tcp import INVALID, NEW, ORIGINAL, REPLY, STATES, following

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
Packets = list[tuple[int, bool]]

STANDING: Packets = [(SYN, False), (SYN | ACK, True), (ACK, False)]


def course(packets: Packets) -> str:
    """The states that a connection goes through; an invalid packet changes nothing."""
    state, found = NEW, ""
    for flags, is_reply in packets:
        after = following(state, flags, is_reply)
        found += after
        state = state if after == INVALID else after
    return found


@pytest.mark.parametrize(
    ("packets", "states"),
    [
        ([*STANDING, (PSH | ACK, True)], "SREE"),
        ([(SYN, False), (ACK, False)], "SI"),
        ([(SYN, False), (PSH | ACK, False), (SYN | ACK, True)], "SIR"),
        ([(SYN, False), (RST | ACK, True)], "SX"),
        ([(SYN | ACK, False)], "I"),
        ([(FIN | ACK, False)], "I"),
        ([(RST, False)], "I"),
        ([(ACK, False), (ACK, True)], "EE"),
        ([(SYN, False), (SYN, False), (SYN, True)], "SS2"),
        (
            [(SYN, False), (SYN | ACK, True), (ACK, False), (FIN | ACK, False), (FIN | ACK, True), (ACK, False)],
            "SREFLT",
        ),
        ([(SYN, False), (SYN | ACK, True), (SYN, False)], "SRR"),
    ],
)
def test_a_connection_goes_through_its_states(packets: Packets, states: str) -> None:
    assert course(packets) == states


def test_every_kind_of_packet_is_known_in_every_state() -> None:
    assert {len(row) for table in (ORIGINAL, REPLY) for row in table.values()} == {len(STATES)}
