"""The socket on which a namespace tells its trace events."""

import errno
import socket

from backend.lab.error import LabError
from backend.lab.kernel import netlink
from backend.lab.kernel.channel import NETFILTER, SOL_NETLINK, reason
from backend.lab.plan.operation import Backend
from backend.lab.watch import nflog, nftrace
from backend.lab.watch.event import Event
from backend.lab.watch.nftrace import Positions

ADD_MEMBERSHIP = 1
SO_RCVBUFFORCE = 33
BUFFER = 64 << 20
"""A limit, not an allocation. The machine's root may have it, others as much as net.core.rmem_max says."""
DATAGRAM = 8192
"""The most that the kernel puts into one (NLMSG_GOODSIZE of include/linux/netlink.h)."""


class Listener:
    """Made in the namespace that it is to listen to."""

    def __init__(self, backend: Backend, positions: Positions, buffer: int = BUFFER) -> None:
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_NETLINK, kind, NETFILTER)
        self._decoder = nflog.Decoder() if backend is Backend.LEGACY else nftrace.Decoder(positions)
        try:
            self._socket.bind((0, 0))  # what the kernel tells to all goes to who has a number (do_one_broadcast)
            _enlarge(self._socket, buffer)
            if backend is Backend.LEGACY:
                _bind_log(self._socket)
            else:
                self._socket.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, nftrace.GROUP)
        except BaseException:
            self._socket.close()
            raise
        self._socket.setblocking(False)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    @property
    def room(self) -> int:
        """Bytes that may wait until they are read, with what the kernel needs around them."""
        return self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)

    def read(self) -> tuple[list[Event], bool]:
        """What was told since the last time, in order, and whether some of it was lost."""
        found: list[Event] = []
        is_lost = False
        receive, decode = self._socket.recv, self._decoder.event
        while True:
            try:
                while True:
                    event = decode(receive(DATAGRAM))
                    if event is not None:
                        found.append(event)
            except BlockingIOError:
                return found, is_lost
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                is_lost = True
                if isinstance(self._decoder, nftrace.Decoder):
                    self._decoder.forget()


def _enlarge(end: socket.socket, buffer: int) -> None:
    try:
        end.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, buffer)
    except PermissionError:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)


def _bind_log(end: socket.socket) -> None:
    """What was logged already when this is asked comes between the answers."""
    for number, message in enumerate(nflog.bind_messages(), 1):
        end.send(netlink.packed(message, number))
        while (answer := _answer(end.recv(DATAGRAM), number)) is None:
            pass
        if answer.error:
            raise LabError(f"trace events of iptables-legacy need nfnetlink_log: {reason(answer)}")


def _answer(data: bytes, number: int) -> netlink.Answer | None:
    return next((each for each in netlink.answers(data) if each.error is not None and each.sequence == number), None)
