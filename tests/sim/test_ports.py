from backend.facts.description import read_description
from backend.model.address import parse_address
from backend.model.flow import Service
from backend.sim import Question, compile_network, reach
from backend.sim.ports import port_classes
from tests.sim.services import NETWORK


def test_ports_that_no_rule_names_are_of_one_class() -> None:
    known = port_classes(read_description(NETWORK, "sets"))
    assert known.of(Service("tcp", 5000)) == known.of(Service("tcp", 6000)) != known.of(Service("tcp", 8443))
    assert known.of(Service("udp", 5000)) != known.of(Service("tcp", 5000))
    assert known.of(Service("icmp", 0)) == Service("icmp", 0)


def test_a_match_that_looks_anywhere_makes_each_port_a_class_of_its_own() -> None:
    text = NETWORK.replace("-m set --match-set web dst", '-m u32 --u32 "0x14&0xffff=0x50"')
    assert port_classes(read_description(text, "u32")).of(Service("tcp", 4711)) == Service("tcp", 4711)


def test_services_of_one_class_have_their_own_names_in_the_answer() -> None:
    compiled = compile_network(read_description(NETWORK, "sets"))
    services = tuple(Service("tcp", port) for port in (1001, 1002, 5000, 5001))
    asked = Question(parse_address("10.1.0.50"), parse_address("10.2.0.50"), services)
    found = reach(compiled, asked).services
    assert [each.service for each in found] == list(services)
    assert [each.source_port for each in found] == [40000, 40001, 40002, 40003]
    assert [each.is_reachable for each in found] == [True, True, False, False]
