"""Hostile archives: good ones of each kind with bytes flipped, cut, repeated and mixed, sent to a real engine. Each is
taken or refused with a reason; no file appears anywhere, nothing is left of it, and the engine grows no larger."""

import io
import os
import random
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from backend.config import Config
from backend.engine import EngineError
from backend.engine.workers.archive import Sent, unpacked
from backend.engine.workers.entries import ArchiveError, Bounds
from backend.facts.snapshot import is_facts_name
from tests.engine.process import OWNER, EngineProcess, engine
from tests.engine.sent import encrypted, link_in_zip, member, packings, tar
from tests.small import write_small_network

PIECE = 1 << 19
GROWTH_KB = 64 << 10
"""What an engine may have more after thousands than after the first."""
WARM = 20
HERE = 100
"""So many are only unpacked, in this process, for each one that the engine reads."""
NAMES = (
    "../x_facts.txt",
    "/x_facts.txt",
    "a/b/c_facts.txt",
    "\x1b_facts.txt",
    "hosts.toml",
    "README",
    "lab/._x_facts.txt",
)
REASONS = {"bad_value"}


def seeds(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    named = {f"lab/{name}": content for name, content in files.items()}
    found = list(packings(named).items())
    found += [("lab.tar", tar({**named, name: b"x"})) for name in NAMES]
    found += [
        ("lab.tar", tar(named, member("lab/y_facts.txt", bytes([kind]), "/etc/passwd"))) for kind in b"123456LKxgS"
    ]
    return [*found, ("lab.zip", encrypted()), ("lab.zip", link_in_zip("x_facts.txt")), *files.items()]


def spoiled(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 5, 20))):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(6):
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del out[at : at + chance.randint(1, 600)]
            case 2:
                out[at:at] = chance.randbytes(chance.randint(1, 600))
            case 3:
                out[at:at] = out[: chance.randint(0, len(out))][:100_000]
            case 4:
                out[at : at + 4] = b"\xff" * chance.randint(1, 12)
            case _:
                del out[at if chance.random() < 0.2 else len(out) :]
    return bytes(out)


class Target:
    def __init__(self, place: Path) -> None:
        """`place`: of everything that the engine may write."""
        self.facts = write_small_network(place / "small")
        self.config = Config(facts=self.facts, state=place / "state", watch_facts_s=0)
        self.place = place

    def send(self, running: EngineProcess, name: str, data: bytes) -> str:
        """The code of its refusal; empty: it was read."""
        upload = running.ask("upload_begin")["upload"]
        try:
            for at in range(0, len(data), PIECE):
                piece = b64encode(data[at : at + PIECE]).decode()
                running.ask("upload_part", upload=upload, file=name, at=at, data=piece)
            answer = running.client.call("validate", OWNER | {"upload": upload}, 120)
            assert msgspec.json.decode(answer)["network"]["routers"] > 0
        except EngineError as error:
            is_good = error.message and str(self.place) not in error.message
            return error.code if is_good else f"bad words: {error.message!r}"
        return ""

    def left(self) -> list[str]:
        """Files that should not be there."""
        known = {"drafts", "uploads", "engine", "fonts", "first-password", "secret-key"}
        others = [file.name for file in self.config.state.iterdir() if not file.name.startswith("tsim.sqlite3")]
        found = [name for name in others if name not in known]
        for directory in ("drafts", "uploads"):
            found += os.listdir(self.config.state / directory)
        found += [name for name in os.listdir(self.place) if name not in ("small", "state", "log")]
        return [*found, *(name for name in os.listdir(self.facts) if name not in ("gw-a_facts.txt", "gw-b_facts.txt"))]


def unpack(name: str, data: bytes) -> None:
    """As the process does that the engine starts for it."""
    with suppress(ArchiveError):
        found = unpacked([Sent(name, io.BytesIO(data), len(data))], Bounds(1 << 26))
        assert all(is_facts_name(each) and each.isprintable() for each in found.files), list(found.files)
        assert all(each.isprintable() for each in found.ignored), found.ignored


def memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def run(place: Path, seed: int, goes_on: Callable[[int], bool]) -> str:
    """What was found; empty: nothing. `goes_on` is asked with how many have been sent."""
    target = Target(place)
    sent = seeds({file.name: file.read_bytes() for file in target.facts.iterdir()})
    with engine(target.config, place / "log") as running:
        count, before_kb, codes = 0, 0, set[str]()
        while goes_on(count):
            chance = random.Random(f"{seed}/{count}")
            for _ in range(HERE):
                name, data = chance.choice(sent)
                unpack(name, spoiled(data, chance))
            name, data = chance.choice(sent)
            code = target.send(running, name, spoiled(data, chance))
            codes.add(code)
            if code not in ("", *REASONS):
                return f"round {count}: {name} was answered with {code}: {(place / 'log').read_text()[-2000:]}"
            count += 1
            if count == WARM:
                before_kb = memory_kb(running.pid)
        grown_kb = memory_kb(running.pid) - before_kb if before_kb else 0
        found = target.left()
    log = (place / "log").read_text()
    if "Traceback" in log:
        return f"a traceback: {log[-3000:]}"
    if found:
        return f"left: {found}"
    if grown_kb > GROWTH_KB:
        return f"the engine has grown by {grown_kb} kB"
    print(f"uploads: {count} sent, {HERE * count} unpacked, the engine grew by {grown_kb} kB; answers {sorted(codes)}")
    return ""


def main() -> int:
    seed, end = int.from_bytes(os.urandom(4)), time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "20"))
    print(f"uploads: seed {seed}")
    with tempfile.TemporaryDirectory() as place:
        found = run(Path(place), seed, lambda _: time.monotonic() < end)
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
