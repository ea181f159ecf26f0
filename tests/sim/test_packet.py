from backend.sim.packet import forwarded, show, with_destination
from tests.sim.build import packet


def test_a_forwarded_packet_has_lived_one_hop_longer() -> None:
    assert forwarded(packet("10.0.0.1", "10.0.0.2", ttl=5)).ttl == 4


def test_a_new_destination_leaves_the_rest_as_it_was() -> None:
    before = packet("10.0.0.1", "10.0.0.2", "tcp/443", mark=7)
    after = with_destination(before, before.source)

    assert show(4, after.destination) == "10.0.0.1"
    assert (after.mark, after.destination_port, after.source) == (7, 443, before.source)


def test_addresses_are_shown_in_their_family() -> None:
    assert show(6, packet("2001:db8::1", "::2").source) == "2001:db8::1"
