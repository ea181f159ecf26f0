import pytest

from backend.model.flow import Service
from backend.wire.question import QuestionError
from backend.wire.services import read_service_list, read_services, service_document, spoken


def said(text: str, protocol: str | None = None) -> str:
    return " ".join(spoken(service) for service in read_services(text, protocol))


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("22/tcp,80,443/tcp", "22/tcp 80/tcp 443/tcp"),
        ("53/tcp,53/udp", "53/tcp 53/udp"),
        ("1000-1003/udp", "1000/udp 1001/udp 1002/udp 1003/udp"),
        ("ssh, SMTP/tcp ,domain/udp", "22/tcp 25/tcp 53/udp"),
        ("80,80/tcp,http,79-81", "80/tcp 79/tcp 81/tcp"),
        ("icmp,ping,22,", "icmp 22/tcp"),
        (" 8080 / TCP ", "8080/tcp"),
        ("dns,ntp,Domain/udp,winrm,sip", "53/tcp 53/udp 123/udp 5985/tcp 5986/tcp 5060/tcp 5060/udp"),
        ("dns/udp, ntp/tcp, winrm/udp", "53/udp 123/tcp 5985/udp 5986/udp"),
    ],
)
def test_services_are_read_as_people_write_them(text: str, services: str) -> None:
    assert said(text) == services


def test_a_default_protocol_fills_in() -> None:
    assert said("53,22/tcp", "udp") == "53/udp 22/tcp"
    assert said("ssh,dns", "udp") == "22/udp 53/udp"
    assert said("ntp", "tcp") == "123/tcp"
    assert read_services("icmp") == (Service("icmp", 0),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("22,nonsense,80", "'nonsense' is no port"),
        ("0", "'0': a port is from 1 to 65535"),
        ("65536/udp", "'65536/udp': a port is"),
        ("10-5", "'10-5': the range ends before it begins"),
        ("22/sctp", "'22/sctp': the protocol is none of tcp, udp"),
        ("22/", "'22/': the protocol"),
        ("", "are missing"),
        (" , ,", "are missing"),
        ("1-1002", "'1-1002' is one too many: at most 1000 services"),
        ("1-65535," * 1000, "at most 1000"),
        ("-1", "'-1' is no port"),
        ("²", "is no port"),
        ("9" * 5000, "…' is no port"),
    ],
)
def test_a_bad_piece_is_named(text: str, complaint: str) -> None:
    with pytest.raises(QuestionError) as error:
        read_services(text)
    assert complaint in str(error.value)
    assert len(str(error.value)) < 200


def test_the_most_is_for_the_caller_to_say() -> None:
    with pytest.raises(QuestionError, match="'11' is one too many: at most 10"):
        read_services("1-10,11", most=10)
    with pytest.raises(QuestionError, match="default_protocol: 'icmp' is none of"):
        read_services("22", "icmp")


def test_a_list_has_text_ports_and_what_results_have() -> None:
    pieces = ["22,ssh", 80, {"port": 53, "protocol": "udp"}, {"port": None, "protocol": "icmp"}, {"port": 443}]
    found = read_service_list(pieces, "tcp")
    assert " ".join(spoken(service) for service in found) == "22/tcp 80/tcp 53/udp icmp 443/tcp"


@pytest.mark.parametrize(
    ("piece", "complaint"),
    [
        (None, "'None' is no service"),
        (True, "'True' is no service"),
        ([22], "is no service"),
        ({"port": 22, "name": "x"}, "is no service"),
        ({"port": "22; rm"}, "'22; rm' is no port"),
        ({"port": 22, "protocol": 6}, "'22/6': the protocol"),
        ("x" * 10**6, "…' is no port"),
    ],
)
def test_a_piece_of_a_list_that_is_none_is_named(piece: object, complaint: str) -> None:
    with pytest.raises(QuestionError) as error:
        read_service_list([piece])
    assert complaint in str(error.value)
    assert len(str(error.value)) < 200


def test_as_json_icmp_has_no_port() -> None:
    assert service_document(Service("udp", 53)) == {"port": 53, "protocol": "udp"}
    assert service_document(Service("icmp", 0)) == {"port": None, "protocol": "icmp"}
