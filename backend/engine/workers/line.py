"""A template's line to the engine: orders come, with descriptors, and reports go. It waits, as a template may."""

import select
import socket

from backend.engine.workers.frame import FrameBuffer, Kind, header
from backend.engine.workers.message import Fork, Load, Report, decode_order, encode
from backend.engine.workers.passing import receive

AT_ONCE = 1 << 18


class Line:
    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._buffer = FrameBuffer()
        self._descriptors: list[int] = []
        self._orders: list[Load | Fork] = []

    def send(self, report: Report, descriptor: int | None = None) -> None:
        body = encode(report)
        head = header(Kind.SAID, len(body))
        if descriptor is None:
            self.end.sendall(head + body)
        else:
            socket.send_fds(self.end, [head + body], [descriptor])  # a few bytes, which go at once or wait

    def receive(self) -> tuple[Load | Fork, int | None]:
        """EOFError when the engine is gone."""
        while not self._orders:
            self._read()
        order = self._orders.pop(0)
        return order, self._descriptors.pop(0) if isinstance(order, Fork) else None

    @property
    def is_cut(self) -> bool:
        poll = select.poll()
        poll.register(self.end, 0)
        return bool(poll.poll(0))

    @property
    def has_more(self) -> bool:
        return bool(self._orders)

    def _read(self) -> None:
        data, found = receive(self.end, AT_ONCE)
        if not data:
            raise EOFError
        self._descriptors += found
        self._orders += [decode_order(frame.body) for frame in self._buffer.feed(data)]
