"""The lab of one job cannot be seen or reached from that of another, though both have the same names and addresses."""

from collections.abc import Iterator

import pytest

from backend.facts.description import read_description
from backend.lab.lab import Lab
from backend.lab.plan import plan
from tests.lab.test_lab import TEXT
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
SEES = ["sh", "-c", "ip -o link; ip -o neigh; ip netns; ls /run; cat /proc/net/dev"]


@pytest.fixture(scope="module")
def labs() -> Iterator[tuple[Lab, Lab]]:
    planned = plan(read_description(TEXT, "x.toml"))
    with Lab(planned) as one, Lab(planned) as other:
        yield one, other


def test_a_listener_in_one_lab_is_not_there_in_the_other(labs: tuple[Lab, Lab]) -> None:
    one, other = labs
    listener = one.start("b", ["python3", "-m", "http.server", "80", "--bind", "10.2.0.50"])
    try:
        connect = ["python3", "-c", "import socket; socket.create_connection(('10.2.0.50', 80), 5)"]
        wait_for(lambda: one.run("a", connect).code == 0, "the listener")
        assert "ConnectionRefusedError" in other.run("a", connect).stderr
    finally:
        listener.terminate()
        listener.communicate(timeout=10)


def test_packets_of_one_lab_come_to_no_device_of_the_other(labs: tuple[Lab, Lab]) -> None:
    one, other = labs

    def received(lab: Lab) -> list[str]:
        """What came of IPv4 to each machine; neighbour discovery says something by itself."""
        said = [lab.run(machine, ["cat", "/proc/net/snmp"]).stdout for machine in ("a", "b", "r1", "r2")]
        return [line for text in said for line in text.splitlines() if line.startswith(("Ip:", "Icmp:"))]

    before = received(other)
    assert one.run("a", ["ping", "-c5", "-i0.01", "-W2", "10.2.0.50"]).code == 0
    assert one.run("a", ["ping", "-b", "-c2", "-i0.2", "-W1", "10.1.0.255"]).code in (0, 1)
    assert received(other) == before
    assert received(one) != before


def test_nothing_of_the_machine_or_of_the_other_lab_can_be_seen(labs: tuple[Lab, Lab]) -> None:
    for lab in labs:
        seen = lab.run("r1", SEES).stdout
        assert {line.split()[1].partition("@")[0].rstrip(":") for line in seen.splitlines() if "mtu" in line} == {
            "lo", "wg0", "eth0", "eth1",
        }  # fmt: skip


def test_the_two_are_not_even_in_the_same_namespaces(labs: tuple[Lab, Lab]) -> None:
    links = ["readlink", "/proc/self/ns/net", "/proc/self/ns/mnt"]
    one, other = (lab.run("r1", links).stdout.split() for lab in labs)
    assert not set(one) & set(other)
