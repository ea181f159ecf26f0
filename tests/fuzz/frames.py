"""Clients that misbehave at the engine's socket: each gets an answer or an end, the honest one beside them right
answers, and the server stays as small as it was.
"""

import os
import random
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from backend.engine import EngineError
from tests.engine.raw import Raw
from tests.engine.target import State, Target, target

WHOLE = b'{"id": 1, "call": "echo", "params": {"source": "10.1.1.50", "ttl": 3, "list": [1, null, "\\u00e9"]}}\n'
CALLS = ("echo", "later", "never", "count", "flood", "large", "stop", "nothing", "", "x" * 1000)
VALUES = ("0", "-1", "1", "7", "1.5", "1e999", "99999999999999999999", '"1"', "null", "[]", "{}", "true", "[[[[]]]]")
ROOM_KB = 6 * 1024
"""An allocator keeps what was in use at most, which differs from run to run."""


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


def made_up(dice: random.Random) -> bytes:
    """A request that is JSON, with whatever in each place."""
    fields = {
        "id": dice.choice((*VALUES, str(dice.randint(1, 9)))),
        "call": dice.choice((*VALUES, *(f'"{call}"' for call in CALLS))),
        "params": dice.choice((*VALUES, '{"id": 1}', '{"to": 50}')),
        "deadline_s": dice.choice((*VALUES, "0.001", "null")),
        "version": dice.choice((*VALUES, "1", "1")),
    }
    chosen = [name for name in fields if dice.random() < 0.8]
    return ("{" + ", ".join(f'"{name}": {fields[name]}' for name in chosen) + "}\n").encode()


def sends(raw: Raw, data: bytes, dice: random.Random) -> None:
    """In pieces, and then it reads to the end, a little, or nothing."""
    cut = dice.randrange(len(data) + 1)
    raw.send(data[:cut])
    raw.send(data[cut:])
    end = dice.random()
    if end < 0.4:
        raw.socket.shutdown(socket.SHUT_WR)
        while raw.socket.recv(65536):
            pass
    elif end < 0.7:
        raw.socket.settimeout(0.01)
        raw.socket.recv(dice.choice((1, 100, 65536)))


def damages(raw: Raw, dice: random.Random) -> None:
    sends(raw, damaged(dice), dice)


def makes_up(raw: Raw, dice: random.Random) -> None:
    sends(raw, b"".join(made_up(dice) for _ in range(dice.randint(1, 40))), dice)


def vanishes(raw: Raw, dice: random.Random) -> None:
    for id_ in range(1, dice.randint(1, 100)):
        raw.ask(id_, dice.choice(("never", "later", "count", "flood", "large")))


def sends_half(raw: Raw, dice: random.Random) -> None:
    raw.send(WHOLE[: dice.randrange(len(WHOLE))])


def sends_much_at_once(raw: Raw, dice: random.Random) -> None:
    raw.fill(WHOLE * dice.randint(1, 2000))


def sends_without_end(raw: Raw, dice: random.Random) -> None:
    raw.flood(bytes([dice.randrange(11, 256)]) * 65536, 100_000_000)


def nests_deep(raw: Raw, dice: random.Random) -> None:
    kind = dice.choice((b"[", b'{"a":'))
    sends(raw, b'{"id": 1, "call": "echo", "params": ' + kind * dice.randint(1, 100_000) + b"\n", dice)


BAD: tuple[Callable[[Raw, random.Random], None], ...] = (
    damages,
    damages,
    makes_up,
    makes_up,
    vanishes,
    sends_half,
    sends_much_at_once,
    sends_without_end,
    nests_deep,
    lambda raw, dice: None,
)


def misbehave(path: Path, dice: random.Random) -> None:
    raw = Raw(path)
    try:
        with suppress(BrokenPipeError, ConnectionResetError, TimeoutError, BlockingIOError):
            dice.choice(BAD)(raw, dice)
    finally:
        raw.close()


def grown(before: State, after: State) -> list[str]:
    found = [
        f"{name}: {getattr(before, name)} → {getattr(after, name)}"
        for name in ("descriptors", "tasks", "threads")
        if getattr(after, name) > getattr(before, name)
    ]
    if after.memory_kb > before.memory_kb + ROOM_KB:
        found.append(f"memory: {before.memory_kb} → {after.memory_kb} KiB")
    return found if after.is_idle else [*found, "something is under way without a client"]


def run(one: Target, dice: random.Random, is_over: Callable[[int], bool]) -> list[str]:
    """What was found."""
    count, before = 0, None
    while not is_over(count):
        misbehave(one.path, dice)
        if not one.echo(count):
            return [f"a wrong answer to an honest client after {count} others"]
        count += 1
        if count == 500:
            before = one.state()
    return [] if before is None else grown(before, one.state())


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(2**32)
    end = monotonic() + float(os.environ.get("FUZZ_SECONDS", "20"))
    count = 0

    def is_over(number: int) -> bool:
        nonlocal count
        count = number
        return monotonic() > end

    with tempfile.TemporaryDirectory() as folder:
        try:
            with target(Path(folder)) as one:
                found = run(one, random.Random(seed), is_over)
        except (AssertionError, EngineError, OSError) as error:
            found = [repr(error)]
    print(f"{count} bad clients, seed {seed}", *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
