"""Frames over a socket, on the loop. Descriptors may travel with them."""

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable, Sequence

from msgspec import Struct

from backend.engine.workers.frame import Frame, FrameBuffer, FrameError, Kind, header
from backend.engine.workers.passing import receive

AT_ONCE = 1 << 18


class _Outgoing(Struct):
    data: memoryview
    descriptor: int | None = None


class Connection:
    def __init__(
        self,
        end: socket.socket,
        heard: Callable[[Frame], None],
        lost: Callable[[str], None],
        takes_descriptors: bool = False,
    ) -> None:
        """`heard` gets each frame, `lost` the reason, once: empty when the other end is closed."""
        end.setblocking(False)
        self._end = end
        self._number = end.fileno()
        self._heard, self._lost = heard, lost
        self._receive = self._receive_both if takes_descriptors else self._receive_data
        self._loop = asyncio.get_running_loop()
        self._buffer = FrameBuffer()
        self._descriptors: deque[int] = deque()
        self._outgoing: deque[_Outgoing] = deque()
        self._drained: asyncio.Future[None] | None = None
        self._is_open = True
        self._is_reading = False
        self._is_writing = False
        self.go_on()

    def send(self, body: bytes, kind: Kind = Kind.SAID, descriptor: int | None = None) -> None:
        """At once as much as the socket takes, the rest when it takes more. The descriptor is ours to close."""
        if not self._is_open:
            return
        is_idle = not self._outgoing
        if descriptor is None and len(body) < AT_ONCE:
            self._outgoing.append(_Outgoing(memoryview(header(kind, len(body)) + body)))
        else:
            self._outgoing.append(_Outgoing(memoryview(header(kind, len(body))), descriptor))
            self._outgoing.append(_Outgoing(memoryview(body)))
        if is_idle:
            self._write()

    def descriptor(self) -> int:
        """Of the frame that is heard; from now on that of who asks."""
        return self._descriptors.popleft()

    async def drained(self) -> None:
        """Until the other end has taken all, or is gone."""
        if self._outgoing and self._is_open:
            self._drained = self._drained or self._loop.create_future()
            await asyncio.shield(self._drained)

    def pause(self) -> None:
        if self._is_reading:
            self._loop.remove_reader(self._number)
            self._is_reading = False

    def go_on(self) -> None:
        if self._is_open and not self._is_reading:
            self._loop.add_reader(self._number, self._read)
            self._is_reading = True

    def close(self) -> None:
        if not self._is_open:
            return
        self.pause()
        self._wait_to_write(False)
        self._is_open = False
        self._forget_outgoing()
        self._tell_drained()
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._end.close()

    def _read(self) -> None:
        try:
            data = self._receive()
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._give_up("")
            return
        try:
            frames = self._buffer.feed(data)
        except FrameError as error:
            self._give_up(str(error))
            return
        self._tell(frames)

    def _receive_data(self) -> bytes:
        """The kernel closes descriptors that come although nobody asks for them."""
        return self._end.recv(AT_ONCE)

    def _receive_both(self) -> bytes:
        """A descriptor comes with bytes of its own frame, but those of frames before may come with them."""
        data, found = receive(self._end, AT_ONCE)
        self._descriptors.extend(found)
        return data

    def _tell(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self._heard(frame)

    def _write(self) -> None:
        try:
            while self._outgoing:
                self._write_one(self._outgoing[0])
        except (BlockingIOError, InterruptedError):
            self._wait_to_write(True)
            return
        except OSError:
            self._forget_outgoing()  # who reads finds out the same, after what was said last
        self._wait_to_write(False)
        self._tell_drained()

    def _wait_to_write(self, is_waiting: bool) -> None:
        if is_waiting and not self._is_writing:
            self._loop.add_writer(self._number, self._write)
        elif self._is_writing and not is_waiting:
            self._loop.remove_writer(self._number)
        self._is_writing = is_waiting

    def _forget_outgoing(self) -> None:
        for each in self._outgoing:
            _close(each.descriptor)
        self._outgoing.clear()

    def _write_one(self, first: _Outgoing) -> None:
        if first.descriptor is None:
            sent = self._end.send(first.data)
        else:
            sent = socket.send_fds(self._end, [first.data], [first.descriptor])
            _close(first.descriptor)
            first.descriptor = None
        first.data = first.data[sent:]
        if not first.data:
            self._outgoing.popleft()

    def _tell_drained(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def _give_up(self, reason: str) -> None:
        self.close()
        self._lost(reason)


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)
