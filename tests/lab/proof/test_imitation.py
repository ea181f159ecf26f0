import pytest

from backend.lab.probe.ask import Ask
from backend.lab.probe.token import Token, Way, recognised
from backend.lab.proof.imitation import answer_packet, probe_packet
from backend.lab.watch.packet import parse
from backend.model.flow import Service
from tests.lab.proof.small import A, B


@pytest.mark.parametrize("service", [Service("tcp", 443), Service("udp", 53), Service("icmp", 0)])
def test_a_probe_and_its_answer_are_known_again(service: Service) -> None:
    sent = probe_packet(Ask(7, service, 40000), A, B)
    came = answer_packet(sent)
    asked, answered = parse(sent), parse(came)
    assert asked is not None
    assert answered is not None
    assert recognised(asked, sent) == Token(7, Way.FORWARD)
    assert recognised(answered, came) == Token(7, Way.ANSWER)
    assert (asked.source, asked.destination) == (answered.destination, answered.source) == (A, B)
    assert (asked.source_port, asked.destination_port) == (answered.destination_port, answered.source_port)
