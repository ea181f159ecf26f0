"""A netlink socket of one namespace: many messages in one go, and what the kernel refused of them."""

import os
import socket
from collections.abc import Iterator, Sequence

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import ACK, Answer, Message

SOL_NETLINK = 270
NETFILTER = 12
"""The protocol of netfilter's messages, include/uapi/linux/netlink.h."""
CAP_ACK, EXT_ACK = 10, 11
AT_ONCE = 100
"""Messages in one datagram: well below the smallest send buffer, and the answers below the receive buffer."""
TIMEOUT_S = 20.0


class Channel:
    """Made in the namespace that it is to speak to; it goes on speaking to that one wherever its thread goes."""

    def __init__(self, protocol: int = socket.NETLINK_ROUTE) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        self._socket.setsockopt(SOL_NETLINK, CAP_ACK, 1)
        self._socket.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        self._socket.settimeout(TIMEOUT_S)
        self._sequence = 0

    def close(self) -> None:
        self._socket.close()

    def send(self, messages: Sequence[Message]) -> list[tuple[int, str]]:
        """All of them, in order; gives the places of those refused, with the reason."""
        refused: list[tuple[int, str]] = []
        for begin in range(0, len(messages), AT_ONCE):
            batch = messages[begin : begin + AT_ONCE]
            first = self._sequence + 1
            refused += [(begin + each.sequence - first, reason(each)) for each in self._exchange(batch) if each.error]
        return refused

    def send_batch(self, messages: Sequence[Message]) -> None:
        """All or none, for those whose last one ends the others; OSError is the kernel's first refusal."""
        first = self._sequence + 1
        last = first + len(messages) - 2
        self._sequence += len(messages)
        numbered = enumerate(messages, first)
        self._socket.send(b"".join(netlink.packed(each, n, ACK if n == last else 0) for n, each in numbered))
        while True:
            for answer in self._received(0):
                if answer.error:
                    raise OSError(answer.error, reason(answer))
                if answer.sequence == last:
                    return

    def ask(self, message: Message) -> list[bytes]:
        """A list that the kernel gives."""
        self._sequence += 1
        self._socket.send(netlink.packed(message, self._sequence))
        found: list[bytes] = []
        while True:
            for answer in self._received(self._sequence):
                if answer.kind == netlink.DONE:
                    return found
                if answer.error is not None:
                    raise OSError(answer.error, reason(answer))
                found.append(answer.body)

    def ask_one(self, message: Message) -> bytes:
        """An answer that is no list; OSError is the kernel's refusal."""
        self._sequence += 1
        self._socket.send(netlink.packed(message, self._sequence))
        for answer in self._received(self._sequence):
            if answer.error:
                raise OSError(answer.error, reason(answer))
            return answer.body
        return b""

    def _exchange(self, batch: Sequence[Message]) -> Iterator[Answer]:
        """The kernel answers in order; only the last message is acknowledged when all is well."""
        last = self._sequence + len(batch)
        data = b""
        for message in batch:
            self._sequence += 1
            data += netlink.packed(message, self._sequence, ACK if self._sequence == last else 0)
        self._socket.send(data)
        while True:
            for answer in self._received(0):
                yield answer
                if answer.sequence == last:
                    return

    def _received(self, sequence: int) -> Iterator[Answer]:
        for answer in netlink.answers(self._socket.recv(1 << 16)):
            if not sequence or answer.sequence == sequence:
                yield answer


def reason(answer: Answer) -> str:
    """What the kernel says, or what the number means."""
    return answer.text or os.strerror(answer.error or 0)
