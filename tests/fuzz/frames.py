"""Random and damaged frames at the engine's socket: each gets an answer or an end, and the next client is served."""

import os
import random
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from backend.engine import Client, EngineError
from backend.engine.address import short_address
from backend.engine.calling import Caller
from backend.engine.place import Place
from backend.engine.server import Server
from tests.engine.served import served

WHOLE = b'{"id": 1, "call": "echo", "params": {"source": "10.1.1.50", "ttl": 3, "list": [1, null, "\\u00e9"]}}\n'


def echo(_: Caller, params: Mapping[str, Any]) -> object:
    return dict(params)


def damaged(dice: random.Random) -> bytes:
    data = bytearray(WHOLE * dice.randint(1, 3))
    for _ in range(dice.randint(0, 8)):
        place = dice.randrange(len(data))
        if dice.random() < 0.5:
            data[place] = dice.randrange(256)
        elif dice.random() < 0.5:
            del data[place : place + dice.randint(1, 20)]
            data += b"\n"
        else:
            data[place:place] = dice.choice((b"[" * 2000, b"\n", b"\0", b"1e999", b'"\\ud800"', b"\xff\xfe"))
    return bytes(data)


def send(path: Path, data: bytes, dice: random.Random) -> None:
    with socket.socket(socket.AF_UNIX) as connection, short_address(path) as address:
        connection.settimeout(10)
        connection.connect(address)
        cut = dice.randrange(len(data) + 1)
        try:
            connection.sendall(data[:cut])
            connection.sendall(data[cut:])
            if dice.random() < 0.8:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
        except (BrokenPipeError, ConnectionResetError):
            return  # the engine ends a connection that breaks the rules


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(2**32)
    seconds = float(os.environ.get("FUZZ_SECONDS", "20"))
    dice = random.Random(seed)
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engine" / "socket"
        with served(lambda: Server(Place(path), {"echo": echo})):
            client = Client(path)
            try:
                end = monotonic() + seconds
                while monotonic() < end:
                    send(path, damaged(dice), dice)
                    assert client.call("echo", {"count": count}) == b'{"count":%d}' % count
                    count += 1
            except (AssertionError, EngineError, TimeoutError) as error:
                print(f"seed {seed}, frame {count}: {error!r}")
                return 1
    print(f"{count} frames, seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
