import socket
from ipaddress import ip_address

import pytest

from backend.lab.build.space import Space
from backend.lab.kernel import rtnetlink
from backend.lab.kernel.namespace import inside
from backend.lab.probe.listen import Listeners
from backend.lab.probe.loop import Loop
from backend.model.flow import Service

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_who_asks_by_other_means_hears_what_it_said_and_may_leave() -> None:
    space, loop = Space.make(["s"])["s"], Loop()
    space.channel.send([rtnetlink.set_link(1, rtnetlink.IFF_UP, rtnetlink.IFF_UP)])
    listeners = Listeners(loop)
    listeners.start(space.descriptor, ip_address("127.0.0.1"), [Service("tcp", 80), Service("udp", 80)])
    with inside(space.descriptor):
        stream, datagram = socket.create_connection(("127.0.0.1", 80)), socket.socket(type=socket.SOCK_DGRAM)
    datagram.connect(("127.0.0.1", 80))
    for each in (stream, datagram):
        each.settimeout(10)
        each.send(b"hello")
    while loop.turn(0.2):
        pass
    assert (stream.recv(99), datagram.recv(99)) == (b"hello", b"hello")
    stream.close()
    datagram.close()
    while loop.turn(0.2):
        pass
    listeners.close()
    space.channel.close()
