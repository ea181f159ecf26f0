"""What TCP sockets of a lab do beyond the usual: tcp(7), and TCP_REPAIR of include/uapi/linux/tcp.h."""

import socket
import struct
from contextlib import suppress

REPAIR, REPAIR_QUEUE, QUEUE_SEQUENCE = 19, 20, 21
SEND_QUEUE = 2


def choose_sequence(unconnected: socket.socket, sequence: int) -> None:
    """With this number it will begin; the kernel chooses one only where there is none (tcp_v4_connect)."""
    unconnected.setsockopt(socket.IPPROTO_TCP, REPAIR, 1)
    unconnected.setsockopt(socket.IPPROTO_TCP, REPAIR_QUEUE, SEND_QUEUE)
    unconnected.setsockopt(socket.IPPROTO_TCP, QUEUE_SEQUENCE, struct.pack("=I", sequence))
    unconnected.setsockopt(socket.IPPROTO_TCP, REPAIR, 0)


def close_silently(opened: socket.socket) -> None:
    """Without telling the other end: no packet is sent that nobody wants to see."""
    if opened.type == socket.SOCK_STREAM:
        with suppress(OSError):  # a listener, which has nothing to tell
            opened.setsockopt(socket.IPPROTO_TCP, REPAIR, 1)
    opened.close()
