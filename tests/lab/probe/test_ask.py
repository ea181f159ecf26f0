"""Who asks and who answers, in one namespace over its loopback."""

import os
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from backend.lab.build.space import Space
from backend.lab.kernel import rtnetlink
from backend.lab.kernel.namespace import inside
from backend.lab.probe.ask import Ask, Asker, Outcome, Result, checksum, source_port
from backend.lab.probe.listen import Listeners
from backend.lab.probe.loop import Loop
from backend.model.address import Address
from backend.model.flow import Service

pytestmark = [pytest.mark.root, pytest.mark.serial]
LOCAL = {4: ip_address("127.0.0.1"), 6: ip_address("::1")}
TCP, UDP, ICMP = Service("tcp", 443), Service("udp", 53), Service("icmp", 0)


@pytest.fixture
def namespace() -> Iterator[int]:
    space = Space.make(["s"])["s"]
    space.channel.send([rtnetlink.set_link(1, rtnetlink.IFF_UP, rtnetlink.IFF_UP)])
    with inside(space.descriptor):
        for name in ("ipv4/icmp_ratemask", "ipv4/icmp_ratelimit"):
            with open(f"/proc/sys/net/{name}", "w") as file:
                file.write("0")
    yield space.descriptor
    space.channel.close()


def outcomes(
    namespace: int, address: Address, asked: list[Service], heard: list[Service], wanted: int | None = None
) -> list[Result]:
    loop = Loop()
    listeners, asker = Listeners(loop), Asker(loop, namespace, address, address)
    assert listeners.start(namespace, address, heard) == []
    try:
        asks = [Ask(number, service, source_port(number, wanted)) for number, service in enumerate(asked)]
        asker.ask(asks)
        ended = (Outcome.ANSWERED, Outcome.REFUSED, Outcome.FAILED)
        loop.run(lambda: all(r.outcome in ended for r in asker.results.values()), time.monotonic() + 10, 2)
        return [asker.results[number] for number in range(len(asked))]
    finally:
        asker.close()
        listeners.close()
        loop.close()


@pytest.mark.parametrize("family", [4, 6])
def test_every_service_is_answered_with_what_was_sent(namespace: int, family: int) -> None:
    asked = [TCP, UDP, ICMP]
    assert [r.outcome for r in outcomes(namespace, LOCAL[family], asked, [TCP, UDP])] == [Outcome.ANSWERED] * 3


@pytest.mark.parametrize("family", [4, 6])
def test_a_port_on_which_nobody_listens_refuses(namespace: int, family: int) -> None:
    found = outcomes(namespace, LOCAL[family], [TCP, UDP], [])
    assert [(r.outcome, r.text) for r in found] == [(Outcome.REFUSED, "Connection refused")] * 2


def test_many_at_once_from_one_port_of_choice(namespace: int) -> None:
    asked = [Service(protocol, port) for protocol in ("tcp", "udp") for port in range(1000, 1200)]
    found = outcomes(namespace, LOCAL[4], asked, asked, wanted=50000)
    assert {(r.outcome, r.text) for r in found} == {(Outcome.ANSWERED, "")}


def test_who_is_asked_may_be_told_that_it_is_over(namespace: int) -> None:
    loop = Loop()
    listeners, asker = Listeners(loop), Asker(loop, namespace, LOCAL[4], LOCAL[4])
    listeners.start(namespace, LOCAL[4], [TCP])
    before = len(os.listdir("/proc/self/fd"))
    asker.ask([Ask(0, TCP, 40000)])
    assert loop.run(lambda: asker.results[0].outcome is Outcome.ANSWERED, time.monotonic() + 10, 10)
    asker.close(is_silent=False)
    assert loop.run(lambda: len(os.listdir("/proc/self/fd")) == before, time.monotonic() + 10, 10)
    listeners.close()
    loop.close()


def test_an_address_that_the_machine_does_not_have_fails_with_the_reason(namespace: int) -> None:
    found = outcomes(namespace, LOCAL[4], [TCP], [TCP])
    loop = Loop()
    asker = Asker(loop, namespace, ip_address("192.0.2.1"), LOCAL[4])
    asker.ask([Ask(0, TCP, 40000)])
    assert (found[0].outcome, asker.results[0].outcome) == (Outcome.ANSWERED, Outcome.FAILED)
    assert asker.results[0].text == "Cannot assign requested address"
    asker.close()


def test_a_port_that_is_taken_is_told(namespace: int) -> None:
    with inside(namespace):
        taken = socket.create_server(("127.0.0.1", 443))
    with taken:
        loop = Loop()
        (deaf,) = Listeners(loop).start(namespace, LOCAL[4], [TCP])
        assert (deaf.service, deaf.reason) == (TCP, "Address already in use")


def test_the_checksum_is_that_of_the_rfc() -> None:
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
