from ipaddress import ip_address, ip_network

from backend.model.interface import Interface, InterfaceAddress


def test_an_address_puts_its_subnet_on_the_link_and_a_peer_its_own() -> None:
    assert InterfaceAddress(ip_address("10.1.1.7"), 24).prefix == ip_network("10.1.1.0/24")
    peer = InterfaceAddress(ip_address("10.0.0.1"), 32, peer=ip_address("10.0.0.2"))
    assert peer.prefix == ip_network("10.0.0.2/32")


def test_states() -> None:
    cable_out = Interface("eth0", flags=("NO-CARRIER", "BROADCAST", "UP"), state="DOWN")
    assert (cable_out.is_up, cable_out.has_carrier) == (True, False)

    tunnel = Interface("tun0", flags=("POINTOPOINT", "NOARP", "UP", "LOWER_UP"), state="UNKNOWN")
    assert (tunnel.is_up, tunnel.has_carrier, tunnel.has_neighbors) == (True, True, False)

    assert Interface("lo", flags=("LOOPBACK", "UP")).is_loopback
    assert Interface("eth1").has_neighbors
