"""One client's connection: bytes become requests, requests are begun in order, answers go back as they come.

Nothing here grows with what a client sends or leaves unread: when there is no room for another answer, what it sends
stays in the kernel, and then the client has to wait.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable

from backend.engine import protocol
from backend.engine.calling import Caller, Lasting
from backend.engine.door.exchange import ENDED, FAILED, GONE, STOPPED, Exchange
from backend.engine.door.reception import READ_BYTES, Reception
from backend.engine.protocol import NO_REQUEST, REQUEST_LIMIT, STOP, Code, EngineError, Frames, Request

log = logging.getLogger(__name__)
TURN_REQUESTS = 16
"""So many requests of one client one after the other, and then the others have their turn."""


class Connection(asyncio.BufferedProtocol):
    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._limits = reception.limits
        self._frames = Frames(REQUEST_LIMIT)
        self._exchanges: dict[int, Exchange] = {}
        self._caller: Caller | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._has_turn = False
        self._half_sent: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    @property
    def is_full(self) -> bool:
        return not self._room.is_set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=self._limits.unread_bytes)
        try:
            self._caller = self._reception.admit(self, transport.get_extra_info("socket"))
        except EngineError as error:
            self._fail(error)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._half_sent, self._unread):
            if timer is not None:
                timer.cancel()
        for exchange in list(self._exchanges.values()):
            exchange.stop(GONE)
        if self._caller is not None:
            self._reception.leave(self, self._caller)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._reception.read_buffer

    def buffer_updated(self, count: int) -> None:
        if not self._transport.is_closing():
            self._frames.feed(self._reception.read_buffer[:count])
            self._go_on()

    def pause_writing(self) -> None:
        self._room.clear()
        self._watch_unread(self._transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._room.set()
        if self._unread is not None and not self._transport.is_closing():
            self._unread.cancel()
            self._unread = None
        self._go_on()

    async def drained(self) -> None:
        await self._room.wait()

    def write(self, frame: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(frame)

    def forget(self, exchange: Exchange) -> None:
        del self._exchanges[exchange.request.id]
        if self._frames.size and not self._has_turn and not self._transport.is_closing():
            self._next_turn()

    def stop_streams(self) -> None:
        for exchange in list(self._exchanges.values()):
            if exchange.is_stream:
                exchange.stop(ENDED)

    def stop(self) -> None:
        for exchange in list(self._exchanges.values()):
            exchange.stop(ENDED)

    def close(self) -> None:
        """What is written still goes out, if the client reads it."""
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def _go_on(self) -> None:
        """Begin what has been sent, as far as there is room."""
        self._has_turn = False
        for _ in range(TURN_REQUESTS):
            if self._transport.is_closing():
                return
            if self.is_full or len(self._exchanges) >= self._limits.under_way:
                self._wait()
                return
            try:
                frame = self._frames.take()
                if frame is None:
                    self._read_on()
                    return
                self._forget_half_sent()
                self._begin(protocol.decode_request(frame))
            except EngineError as error:
                self._fail(error)
                return
        self._next_turn()

    def _next_turn(self) -> None:
        self._transport.pause_reading()
        self._has_turn = True
        asyncio.get_running_loop().call_soon(self._go_on)

    def _wait(self) -> None:
        """A little is read all the same, since only who reads sees that the client has gone."""
        self._forget_half_sent()
        if self.is_full or self._frames.size > READ_BYTES:
            self._transport.pause_reading()

    def _read_on(self) -> None:
        if self._frames.size and self._half_sent is None:
            text = f"a request was not complete within {self._limits.frame_s:g} s"
            loop = asyncio.get_running_loop()
            self._half_sent = loop.call_later(self._limits.frame_s, self._fail, EngineError(Code.TIMEOUT, text))
        self._transport.resume_reading()

    def _forget_half_sent(self) -> None:
        if self._half_sent is not None:
            self._half_sent.cancel()
            self._half_sent = None

    def _begin(self, request: Request) -> None:
        if request.id in self._exchanges:
            raise EngineError(Code.BAD_FRAME, f"request {request.id} is under way already")
        self._reception.asked()
        try:
            answer = self._answer(request)
            if isinstance(answer, Awaitable | AsyncIterator | Lasting):
                self._exchanges[request.id] = Exchange(self, self._reception, request, answer)
            else:
                self.write(protocol.encode_result(request.id, answer))
        except EngineError as error:
            self._refuse(request, error)
        except Exception:  # the edge of a request: a bug in one answer must not end the others
            log.exception("call %s failed", request.call)
            self._refuse(request, FAILED)

    def _answer(self, request: Request) -> object:
        assert self._caller is not None
        if request.call == STOP:
            return self._stop(request.params.get("id"))
        if self._reception.is_ending:
            raise EngineError(Code.ENDING, "the engine is ending")
        call = self._reception.calls.get(request.call)
        if call is None:
            raise EngineError(Code.UNKNOWN_CALL, f"there is no call {request.call[:100]!r}")
        answer = call(self._caller, request.params)
        if isinstance(answer, AsyncIterator) and self._streams() >= self._limits.streams:
            text = f"{self._limits.streams} streams are open on this connection already"
            raise EngineError(Code.BUSY, text)
        return answer

    def _streams(self) -> int:
        return sum(exchange.is_stream for exchange in self._exchanges.values())

    def _stop(self, id_: object) -> bool:
        """Whether there was something to stop."""
        exchange = self._exchanges.get(id_) if isinstance(id_, int) else None
        if exchange is not None:
            exchange.stop(STOPPED)
        return exchange is not None

    def _refuse(self, request: Request, error: EngineError) -> None:
        self._reception.figures.faults += 1
        self.write(protocol.encode_fault(request.id, error))

    def _fail(self, error: EngineError) -> None:
        """After it nothing that comes could be understood."""
        self._reception.figures.faults += 1
        self.write(protocol.encode_fault(NO_REQUEST, error))
        self._transport.close()
        if unread := self._transport.get_write_buffer_size():
            self._watch_unread(unread)

    def _watch_unread(self, before: int) -> None:
        if self._unread is not None:
            self._unread.cancel()
        self._unread = asyncio.get_running_loop().call_later(self._limits.unread_s, self._look, before)

    def _look(self, before: int) -> None:
        left = self._transport.get_write_buffer_size()
        if left < before:
            self._watch_unread(left)
            return
        log.warning("a client that reads nothing is disconnected")
        self._transport.abort()
