from ipaddress import ip_address

from backend.lab.plan.operation import End, MakeBridge, MakeLink
from backend.lab.plan.wiring import BENCH, MANY, SWITCHES, Port, Wiring, bench, wire


def port(name: str, is_up: bool = True, has_carrier: bool = True, is_tunnel: bool = False) -> Port:
    addresses = (ip_address(f"10.0.0.{name[-1]}"), ip_address(f"fe80::{name[-1]}"))
    return Port(End(name, "eth0", f"02:00:00:00:00:0{name[-1]}"), is_up, has_carrier, is_tunnel, addresses)


def bridges(wiring: Wiring) -> int:
    return sum(isinstance(each, MakeBridge) for each in wiring.cables)


def settings(wiring: Wiring) -> list[str]:
    return [f"{each.namespace}: {each.text}" for each in wiring.settings]


def test_two_ends_are_a_cable() -> None:
    wiring = wire([[port("r1"), port("r2")]])
    (link,) = wiring.cables
    assert isinstance(link, MakeLink)
    assert (link.one.namespace, link.other.namespace) == ("r1", "r2")
    assert [carrier.namespace for carrier in wiring.carriers] == ["r1", "r2"]


def test_three_ends_are_a_switch_that_is_up() -> None:
    wiring = wire([[port("r1"), port("r2"), port("r3")]])
    assert (bridges(wiring), len(wiring.cables)) == (1, 4)
    assert f"{SWITCHES}: link set dev s1.3 master s1" in settings(wiring)
    assert f"{SWITCHES}: link set dev s1.3 up" in settings(wiring)


def test_where_more_may_come_every_link_that_is_no_tunnel_is_a_switch() -> None:
    wires = [
        [port("r1"), port("r2")],
        [port("r3")],
        [port("r4", is_tunnel=True), port("r5", is_tunnel=True)],
        [port("r6", is_tunnel=True)],
    ]
    wiring = wire(wires, is_switched=True)
    assert [each.dev for each in wiring.cables if isinstance(each, MakeBridge)] == ["s1", "s2"]
    assert f"{SWITCHES}: link set dev s1.2 master s1" in settings(wiring)
    assert f"{SWITCHES}: link set dev s2.1 master s2" in settings(wiring)
    assert "r4: link set dev eth0 arp off" in settings(wiring)
    assert len(wiring.cables) == 2 + 2 + 1 + 1 + 1


def test_an_end_that_is_down_does_not_take_the_carrier_from_the_other() -> None:
    wiring = wire([[port("r1"), port("r2", is_up=False, has_carrier=False)]])
    assert bridges(wiring) == 1
    assert [carrier.namespace for carrier in wiring.carriers] == ["r1"]


def test_an_end_without_carrier_is_plugged_into_a_port_that_is_down() -> None:
    wiring = wire([[port("r1", has_carrier=False)]])
    assert (bridges(wiring), settings(wiring), wiring.carriers) == (0, [], ())


def test_a_tunnel_with_two_ends_has_no_arp_and_one_address_for_frames() -> None:
    wiring = wire([[port("r1", is_tunnel=True), port("r2", is_tunnel=True)]])
    link = wiring.cables[0]
    assert isinstance(link, MakeLink)
    assert link.one.mac == link.other.mac
    assert settings(wiring) == ["r1: link set dev eth0 arp off", "r2: link set dev eth0 arp off"]


def test_the_ends_of_a_larger_tunnel_know_who_has_which_address() -> None:
    wiring = wire([[port("r1", is_tunnel=True), port("r2", is_tunnel=True), port("r3", is_tunnel=True)]])
    assert bridges(wiring) == 1
    assert sorted(text for text in settings(wiring) if text.startswith("r1: ")) == [
        "r1: link set dev eth0 arp off",
        "r1: neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent",
        "r1: neigh add 10.0.0.3 lladdr 02:00:00:00:00:03 dev eth0 nud permanent",
        "r1: neigh add fe80::2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent",
        "r1: neigh add fe80::3 lladdr 02:00:00:00:00:03 dev eth0 nud permanent",
    ]


def test_of_two_ends_with_one_address_the_first_counts() -> None:
    ports = [port("r1", is_tunnel=True), port("r2", is_tunnel=True), port("r3", is_tunnel=True)]
    ports[2] = Port(ports[2].end, is_tunnel=True, addresses=ports[1].addresses)
    found = [text for text in settings(wire([ports])) if text.startswith("r1: neigh add 10.0.0.2")]
    assert found == ["r1: neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent"]


def test_an_end_that_is_down_is_told_nothing() -> None:
    ports = [port("r1", is_tunnel=True), port("r2", is_up=False, has_carrier=False, is_tunnel=True)]
    found = settings(wire([ports]))
    assert [text for text in found if "neigh" in text and text.startswith("r2")] == []
    assert "r1: neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent" in found


def test_who_asks_by_arp_is_asked_by_arp() -> None:
    assert [text for text in settings(wire([[port("r1", is_tunnel=True), port("r2")]])) if "arp" in text] == []
    many = [port(f"r{number}", is_tunnel=True) for number in range(MANY + 1)]
    assert [text for text in settings(wire([many])) if "arp" in text or "neigh" in text] == []


def test_an_index_that_is_free_is_above_those_of_the_facts() -> None:
    links = wire([[Port(End("r1", "eth0", index=4711)), Port(End("r2", "eth0"))], [Port(End("r1", "eth1"))]]).cables
    indexes = [end.index for link in links if isinstance(link, MakeLink) for end in (link.one, link.other)]
    assert indexes[0] == 4711
    assert min(indexes[1:]) > 4711


def test_the_ends_of_a_cable_never_have_the_same_index() -> None:
    def indexes(*given: int) -> tuple[int, int]:
        ports = [Port(End(f"r{number}", "eth0", index=index)) for number, index in enumerate(given)]
        (link,) = wire([ports]).cables
        assert isinstance(link, MakeLink)
        return link.one.index, link.other.index

    assert indexes(2, 3) == (2, 3)
    assert indexes(2, 2)[0] == 2
    assert indexes(2, 2)[1] > 2
    assert 0 not in indexes(0, 0)
    assert len(set(indexes(0, 0))) == 2


def test_on_a_bench_each_end_leads_nowhere() -> None:
    wiring = bench([port("r1"), port("r2", is_up=False, has_carrier=False)])
    links = [each for each in wiring.cables if isinstance(each, MakeLink)]
    assert [(each.one.namespace, each.other.namespace, each.other.dev) for each in links] == [
        ("r1", BENCH, "b1"),
        ("r2", BENCH, "b2"),
    ]
    assert settings(wiring) == [
        "r1: link set dev eth0 arp off",
        f"{BENCH}: link set dev b1 up",
        "r2: link set dev eth0 arp off",
    ]
    assert [carrier.namespace for carrier in wiring.carriers] == ["r1"]
