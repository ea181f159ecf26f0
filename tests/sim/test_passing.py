from backend.model.verdict import Verdict
from backend.sim.packet import UNSAID, Packet
from backend.sim.passing import Exit

PACKET = Packet(4, 1, 2, 6, 4000, 443, 0, 0, 64, UNSAID)


def test_only_what_is_accepted_is_through() -> None:
    assert Exit(Verdict.ACCEPTED, PACKET, ()).is_through
    assert not Exit(Verdict.UNKNOWN, PACKET, ()).is_through
    assert not Exit(Verdict.NO_ROUTE, PACKET, ()).is_through
