"""`python -m tests.bench._sockets CERTIFICATE PORT COOKIE COUNT`: opens sockets, then does what its input says.

`watch JOB N`: the first N of them watch it. `wait JOB N`: until N of them know its end; prints how long that took to
each of them from when it happened, in seconds. One process and no library: it must be quicker than what it measures.
"""

import asyncio
import os
import socket
import ssl
import sys
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import msgspec

AT_ONCE = 50
REQUEST = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Socket:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.took_s: dict[str, float] = {}
        """By job, to its end."""
        self.answers: asyncio.Queue[Any] = asyncio.Queue()

    def say(self, text: str) -> None:
        """Masked with zeros, which RFC 6455 does not forbid."""
        data = text.encode()
        assert len(data) < 126
        self._writer.write(bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data)

    async def hear(self) -> None:
        while True:
            match await self._text():
                case "2":
                    self.say("3")
                case text if text.startswith('42["events"'):
                    self._arrived(msgspec.json.decode(text[2:])[1])
                case text if text.startswith("43"):
                    assert '"error"' not in text, text
                    self.answers.put_nowait(text)

    def _arrived(self, data: Any) -> None:
        now = datetime.now(UTC)
        for event in data["events"]:
            happened = datetime.fromisoformat(event["time"])
            if event["phase"] == "done":
                self.took_s[data["job"]] = (now - happened).total_seconds()

    async def until(self, beginning: str) -> None:
        while not (await self._text()).startswith(beginning):
            pass

    async def _text(self) -> str:
        first, size = await self._reader.readexactly(2)
        if size >= 126:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
        data = await self._reader.readexactly(size)
        assert first == 0x81, "not a text: the web has closed it"
        return data.decode()


async def opened(trust: ssl.SSLContext, port: str, cookie: str) -> Socket:
    reader, writer = await asyncio.open_connection("localhost", int(port), ssl=trust, family=socket.AF_INET)
    writer.write(REQUEST.format(port=port, cookie=cookie).encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101"), head + await reader.read(1000)
    one = Socket(reader, writer)
    await one.until("0")
    one.say("40")
    await one.until("40")
    return one


async def held(work: Coroutine[None, None, object], hearing: Sequence["asyncio.Task[None]"]) -> None:
    """As long as all sockets are open."""
    task = asyncio.create_task(work)
    while not (await asyncio.wait([task], timeout=1.0))[0]:
        for each in hearing:
            if each.done():
                each.result()


async def main(certificate: str, port: str, cookie: str, count: str) -> None:
    begin = perf_counter()
    trust = ssl.create_default_context(cafile=certificate)
    room = asyncio.Semaphore(AT_ONCE)

    hearing: list[asyncio.Task[None]] = []

    async def one() -> Socket:
        """It hears at once: who answers no ping while others are opened is taken for gone."""
        async with room:
            each = await opened(trust, port, cookie)
            hearing.append(asyncio.create_task(each.hear()))
            return each

    sockets = await asyncio.gather(*(one() for _ in range(int(count))))
    print(perf_counter() - begin, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        what, job, number = line.split()
        chosen = sockets[: int(number)]
        if what == "watch":
            for first in range(0, len(chosen), AT_ONCE):
                for each in chosen[first : first + AT_ONCE]:
                    each.say(f'420["watch",{{"job":"{job}"}}]')
                for each in chosen[first : first + AT_ONCE]:
                    await held(each.answers.get(), hearing)
            print("watching", flush=True)
            continue
        while not all(job in each.took_s for each in chosen):
            await asyncio.sleep(0.01)
            for task in hearing:
                if task.done():
                    task.result()
        print(*(each.took_s[job] for each in chosen), flush=True)
    os._exit(0)  # thousands of sockets need no farewell


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
