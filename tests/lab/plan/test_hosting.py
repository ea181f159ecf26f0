from ipaddress import ip_address

from msgspec.structs import replace

from backend.facts.description import read_description
from backend.lab.plan.extent import extent
from backend.lab.plan.guest import NOBODY
from backend.lab.plan.hosting import Hosting, Party, guest_of, placed
from backend.lab.plan.internet import INTERNET
from backend.lab.plan.place import place_source
from backend.lab.plan.survey import Survey

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
routes = [
    "default via 203.0.113.1", "10.5.0.0/16 via 10.0.0.77", "10.6.0.0/16 dev core", "10.7.0.0/16 via 10.0.0.60",
    "192.168.0.0/16 via 203.0.113.6", "10.8.0.0/16 dev bare", "10.9.0.0/16 via inet6 2001:db8::77 dev core",
]
iptables = '''
*nat
:PREROUTING ACCEPT
-A PREROUTING -p tcp --dport 80 -d 10.0.0.60 -j REDIRECT --to-ports 8080
-A PREROUTING -p tcp --dport 81 -d 10.0.0.60 -j DNAT --to-destination 10.0.0.91-10.0.0.93
COMMIT
'''
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "wan"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "bare"
[[host]]
name = "pc"
addresses = ["10.1.0.50/24", "2001:db8:9::50/64"]
[[host]]
name = "srv"
addresses = ["10.0.0.60", "2001:db8::60/64"]
gateways = ["10.0.0.254"]
"""
SURVEY = Survey(read_description(TEXT, "x.toml"))


def hosting(source: str, destination: str) -> Hosting:
    one, other = ip_address(source), ip_address(destination)
    place = place_source(SURVEY, one, other)
    return Hosting(SURVEY, one, other, place, extent(SURVEY, one, other, place.start))


def parties(source: str, destination: str) -> dict[str, Party]:
    return {
        ("from " if each.is_sender else "") + each.machine.name: each for each in hosting(source, destination).parties()
    }


def shown(party: Party) -> tuple[list[str], list[str], list[str]]:
    """Addresses on the link, other addresses, gateways."""
    guest = party.guest
    assert guest is not None
    return [each.text for each in guest.addresses], list(map(str, guest.own)), list(map(str, guest.gateways))


def test_hosts_have_their_names_subnets_and_gateways() -> None:
    found = parties("10.1.0.50", "10.0.0.60")
    assert list(found) == ["srv", "10.0.0.91", "from pc", "gw"]
    assert shown(found["from pc"]) == (["10.1.0.50/24"], [], ["10.1.0.1"])
    assert shown(found["srv"]) == (["10.0.0.60/24"], [], ["10.0.0.1"]), "nobody has the gateway that it names"
    assert shown(found["10.0.0.91"])[0] == ["10.0.0.91/24", "10.0.0.92/24", "10.0.0.93/24"]
    assert not any(each.machine.is_outside for each in found.values())


def test_a_router_may_keep_what_is_for_others() -> None:
    found = parties("10.1.0.50", "10.0.0.60")
    assert list(map(str, found["gw"].machine.addresses)) == ["10.1.0.1", "10.0.0.1", "203.0.113.2"]
    assert list(parties("10.0.0.1", "10.1.0.1")) == ["gw", "from gw"]


def test_who_is_on_a_link_without_a_subnet_is_an_assumption() -> None:
    machine = parties("10.1.0.50", "10.6.0.9")["10.6.0.9"].machine
    assert "10.6.0.9 is taken to answer on 10.0.0.0/24, although no subnet there covers it" in machine.assumptions
    assert not machine.is_outside
    bare = parties("10.1.0.50", "10.8.0.9")["10.8.0.9"]
    assert shown(bare) == (["10.8.0.9/32"], [], [str(NOBODY[4])]), "a router without an address there is its gateway"
    assert bare.guest is not None
    assert bare.guest.router == bare.guest.at


def test_behind_an_exit_is_who_has_the_next_hop_and_the_destination() -> None:
    found = parties("10.1.0.50", "10.5.1.1")["beyond gw core"]
    assert shown(found) == (["10.0.0.77/24"], ["10.5.1.1"], ["10.0.0.1"])
    assert found.machine.is_outside
    assert found.machine.assumptions == (
        "the packet leaves the known network at gw core for 10.0.0.77, of which there are no facts",
    )
    by_host = parties("10.1.0.50", "10.7.1.1")["srv"].machine
    assert by_host.assumptions[0].startswith("the packet leaves the known network at gw core for host srv")
    assert shown(parties("10.1.0.50", "10.9.1.1")["beyond gw core"])[0] == ["2001:db8::77/64"]


def test_a_source_behind_a_neighbour_and_on_the_internet() -> None:
    found = parties("10.5.1.1", "10.1.0.50")
    assert shown(found["from beyond gw core"]) == (["10.0.0.77/24"], ["10.5.1.1"], ["10.0.0.1"])
    assert list(parties("192.0.2.1", "203.0.113.2")) == ["gw", f"from {INTERNET}"]
    assert list(parties("192.168.1.1", "10.1.0.50"))[-1] == f"from {INTERNET}", "by a route to a provider"


def test_the_internet_has_who_is_nowhere_else() -> None:
    flow = hosting("10.1.0.50", "192.0.2.1")
    (internet,) = [each.machine for each in flow.parties() if each.machine.name == INTERNET]
    assert internet.is_outside
    assert internet.assumptions == ("192.0.2.1 leaves the known network at gw wan for the internet",)
    assert list(map(str, flow.beyond(internet).addresses)) == ["192.0.2.1"]
    assert [list(map(str, held)) for held in flow.uplinks().values()] == [["203.0.113.1"]]


def test_next_hops_that_are_no_default_are_on_the_internet_too() -> None:
    flow = hosting("10.1.0.50", "192.168.1.1")
    assert [list(map(str, held)) for held in flow.uplinks().values()] == [["203.0.113.1", "203.0.113.6"]]
    (internet,) = [each.machine for each in flow.parties() if each.machine.name == INTERNET]
    assert internet.assumptions[0].endswith("for the internet, where private addresses lead nowhere")


def test_from_behind_a_provider_the_internet_knows_the_way() -> None:
    flow = hosting("192.168.1.1", "10.1.0.50")
    (sender,) = [each.machine for each in flow.parties() if each.is_sender]
    beyond = flow.beyond(sender)
    assert [(str(to), str(via), at.interface) for to, via, at in beyond.ways] == [("10.1.0.50", "203.0.113.2", "wan")]


def test_a_machine_that_has_its_place() -> None:
    found = parties("10.1.0.50", "10.0.0.60")["srv"].machine
    assert placed(found, {"srv": "_machine3"}).namespace == "_machine3"
    assert placed(replace(found, name=INTERNET), {}).namespace == INTERNET


def test_hosts_of_a_whole_network() -> None:
    srv = guest_of(SURVEY, SURVEY.network.hosts[1])
    assert [each.text for each in srv.addresses] == ["10.0.0.60/24", "2001:db8::60/64"]
    assert list(map(str, srv.gateways)) == ["10.0.0.254", "2001:db8::1"]
    lost = replace(SURVEY.network.hosts[1], addresses=SURVEY.network.hosts[0].addresses[1:])
    assert guest_of(SURVEY, lost).at is None
