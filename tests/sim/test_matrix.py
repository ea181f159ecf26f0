"""What is asked once for many ports is what each of them would be told."""

from pathlib import Path
from random import Random

from msgspec import structs

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.model.address import parse_address
from backend.model.firewall import Firewall
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.sim import Question, compile_network, reach
from backend.sim.matrix import Outcome, matrix
from tests.sim.services import NETWORK

DEMO = Path(backend.demo.__file__).parent / "facts"
SEED, PAIRS, PORT = 3, 12, 40000


def test_each_port_is_told_what_it_would_be_told_alone() -> None:
    network = read_directory(DEMO).network
    compiled, chance = compile_network(network), Random(SEED)
    machines = [host.addresses[0].address for host in network.hosts if host.addresses[0].address.version == 4]
    pairs = [(one, other) for one, other in (chance.sample(machines, 2) for _ in range(PAIRS))]
    services = [Service("tcp", chance.randint(1, 65535)) for _ in range(60)]
    services += [Service("udp", port) for port in (53, 54, 123, 500)] + [Service("icmp", 0)]
    for row in matrix(compiled, pairs, services, PORT):
        alone = reach(compiled, Question(row.source, row.destination, tuple(services), PORT)).services
        assert [(each.verdict, each.is_return) for each in row.outcomes] == [
            (each.verdict, each.is_return) for each in alone
        ]
        assert [each.decided_by for each in row.outcomes] == [each.decided_by for each in alone]


def test_sets_translations_and_lists_of_ports_tell_ports_apart() -> None:
    network = read_description(NETWORK, "sets")
    ends = parse_address("10.1.0.50"), parse_address("10.2.0.50")
    ports = (79, 80, 81, 89, 90, 91, 92, 999, 1000, 1010, 1011, 8442, 8443, 8444)
    services = [Service("tcp", port) for port in ports]
    (row,) = matrix(compile_network(network), [ends], services)
    reached = [port for port, outcome in zip(ports, row.outcomes, strict=True) if outcome == Outcome(Verdict.ACCEPTED)]
    assert reached == [80, 90, 91, 1000, 1010, 8443]


def test_where_rules_are_not_known_nothing_is_said_to_be_let_through() -> None:
    network = read_description(NETWORK, "sets")
    (router,) = network.routers
    unknown = structs.replace(router, firewall=Firewall(ipv4_missing="iptables-save: you must be root"))
    ends = parse_address("10.1.0.50"), parse_address("10.2.0.50")
    compiled = compile_network(structs.replace(network, routers=(unknown,)))
    (row,) = matrix(compiled, [ends], [Service("tcp", 80)])
    assert row.outcomes[0].verdict is Verdict.UNKNOWN
    assert row.outcomes[0].decided_by is not None
    assert "you must be root" in row.outcomes[0].decided_by.text
