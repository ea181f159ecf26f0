import pytest

from backend.sim.netfilter.rule import Kind
from backend.sim.netfilter.tracking import track
from backend.sim.netfilter.translation import translate
from backend.sim.words import ends
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.target.acting import act, unread

ASK = "tcp 10.0.0.1:4000 10.0.9.9:80"
ASK6 = "tcp [2001:db8::1]:4000 [2001:db8:9::9]:80"


def became(text: str, met: str, via: str = "") -> str:
    """What the packet becomes, or what else happens to it."""
    found = meeting(met)
    found.via = meeting(f"tcp {via}").packet.source if via else None
    track(found, ())
    change = act(f"-j {text}", found.packet.family).change
    assert change is not None
    kind = change(found)
    translate(found)
    return kind.name if isinstance(kind, Kind) else ends(found.packet)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("10.7.0.1", "10.7.0.1:80"),
        ("10.7.0.1:8080", "10.7.0.1:8080"),
        ("10.7.0.1-10.7.0.1:8080-8080", "10.7.0.1:8080"),
        (":8080", "10.0.9.9:8080"),
        ("10.7.0.1:5000-5010/78", "10.7.0.1:5002"),
        ("10.7.0.1:8080-8090 --random", "10.7.0.1"),
        ("10.7.0.1 --persistent", "10.7.0.1:80"),
    ],
)
def test_dnat(options: str, expected: str) -> None:
    assert became(f"DNAT --to-destination {options}", f"{ASK} hook=PREROUTING") == f"10.0.0.1:4000 > {expected}"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("2001:db8:7::1", "[2001:db8:7::1]:80"),
        ("[2001:db8:7::1]:8080", "[2001:db8:7::1]:8080"),
        ("[2001:db8:7::1]", "[2001:db8:7::1]:80"),
        ("2001:db8:7::1-2001:db8:7::1", "[2001:db8:7::1]:80"),
        ("[2001:db8:7::1-2001:db8:7::1]:8080-8090", "[2001:db8:7::1]:8080"),
        (":8080", "[2001:db8:9::9]:8080"),
    ],
)
def test_dnat_of_ipv6_has_brackets_where_a_port_follows(options: str, expected: str) -> None:
    told = became(f"DNAT --to-destination {options}", f"{ASK6} hook=PREROUTING")
    assert told == f"[2001:db8::1]:4000 > {expected}"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("10.7.0.1", "10.7.0.1:4000"),
        ("10.7.0.1:5000", "10.7.0.1:5000"),
        ("10.7.0.1:3000-5000", "10.7.0.1:4000"),
        (":5000-5010", "10.0.0.1"),
        ("10.7.0.1 --random-fully", "10.7.0.1"),
    ],
)
def test_snat(options: str, expected: str) -> None:
    assert became(f"SNAT --to-source {options}", f"{ASK} hook=POSTROUTING") == f"{expected} > 10.0.9.9:80"


@pytest.mark.parametrize(
    ("met", "options", "via", "expected"),
    [
        (f"{ASK} oif=eth1", "", "", "10.0.9.254:4000 > 10.0.9.9:80"),
        (f"{ASK} oif=eth1", "", "10.5.0.1", "10.5.0.254:4000 > 10.0.9.9:80"),
        (f"{ASK} oif=eth1", "", "10.77.0.1", "10.0.9.254:4000 > 10.0.9.9:80"),
        (f"{ASK} oif=eth0", "", "", "10.0.0.254:4000 > 10.0.9.9:80"),
        (f"{ASK} oif=tun0", "", "", "10.0.0.254:4000 > 10.0.9.9:80"),
        (f"{ASK} oif=eth1", " --to-ports 5000", "", "10.0.9.254:5000 > 10.0.9.9:80"),
        (f"{ASK} oif=eth1", " --to-ports 5000-5010", "", "10.0.9.254 > 10.0.9.9:80"),
        (f"{ASK} oif=eth1", " --random", "", "10.0.9.254 > 10.0.9.9:80"),
        (f"{ASK6} oif=eth1", "", "", "[2001:db8:9::254]:4000 > [2001:db8:9::9]:80"),
        ("udp 0.0.0.0:68 255.255.255.255:67 oif=eth1", "", "", "ACCEPT"),
    ],
)
def test_masquerade_takes_the_address_that_faces_the_next_hop(met: str, options: str, via: str, expected: str) -> None:
    assert became(f"MASQUERADE{options}", f"{met} hook=POSTROUTING", via) == expected


@pytest.mark.parametrize(
    ("met", "options", "expected"),
    [
        (f"{ASK} hook=PREROUTING iif=eth0", "", "10.0.0.1:4000 > 10.0.0.254:80"),
        (f"{ASK} hook=PREROUTING iif=eth0", " --to-ports 8080", "10.0.0.1:4000 > 10.0.0.254:8080"),
        (f"{ASK} hook=PREROUTING iif=eth0", " --to-ports 8080-8090", "10.0.0.1:4000 > 10.0.0.254:8080"),
        (f"{ASK} hook=PREROUTING iif=tun0", "", "DROP"),
        (f"{ASK} hook=OUTPUT iif=", "", "10.0.0.1:4000 > 127.0.0.1:80"),
        (f"{ASK6} hook=PREROUTING iif=eth0", "", "[2001:db8::1]:4000 > [2001:db8::254]:80"),
        (f"{ASK6} hook=OUTPUT iif=", "", "[2001:db8::1]:4000 > [::1]:80"),
    ],
)
def test_redirect_leads_to_the_router_itself(met: str, options: str, expected: str) -> None:
    assert became(f"REDIRECT{options}", met) == expected


@pytest.mark.parametrize(
    ("met", "to", "expected"),
    [
        (f"{ASK} hook=PREROUTING", "10.7.0.0/24", "10.0.0.1:4000 > 10.7.0.9:80"),
        (f"{ASK} hook=POSTROUTING", "10.7.0.0/24", "10.7.0.1:4000 > 10.0.9.9:80"),
        (f"{ASK} hook=PREROUTING", "10.7.0.0/16", "10.0.0.1:4000 > 10.7.9.9:80"),
        (f"{ASK6} hook=PREROUTING", "2001:db8:7::/64", "[2001:db8::1]:4000 > [2001:db8:7::9]:80"),
    ],
)
def test_netmap_keeps_the_place_in_the_network(met: str, to: str, expected: str) -> None:
    assert became(f"NETMAP --to {to}", met) == expected


@pytest.mark.parametrize(
    "text",
    [
        "-j DNAT",
        "-j DNAT --to-destination 10.7.0.1:x",
        "-j SNAT --to-source 10.7.0.1 --frobnicate",
        "-j MASQUERADE --to-source 10.7.0.1",
        "-j NETMAP --to nowhere",
    ],
)
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert unread(text)
