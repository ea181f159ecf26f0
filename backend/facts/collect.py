"""Collects facts from routers over ssh, many at once.

The collector's text goes through ssh to a shell on the router, which keeps nothing of it. Names and addresses are
arguments of ssh and never seen by a shell.
"""

import asyncio
import os
import re
import shlex
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from backend.facts.error import FactsError

COLLECTOR = Path(__file__).with_name("collector.sh")
BEGIN = b"# Facts of a router"
END = b"TSIM_FACTS_COLLECTION_COMPLETE"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}")
ADDRESS = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9._:%@\[\]-]*")
LONGEST = 256 << 20
"""Bytes of facts; no router has as many, and a router gone mad shall not fill the memory."""


class CollectError(FactsError):
    """Nothing can be collected as asked; the text names the value."""


class Target(Struct, frozen=True):
    name: str
    address: str
    metadata: str = ""
    """JSON that goes into the facts as it is."""


class Settings(Struct, frozen=True):
    directory: Path
    at_once: int = 10
    timeout_s: float = 60.0
    user: str | None = None
    identity: Path | None = None
    ssh: tuple[str, ...] = ("ssh",)
    is_sudo: bool = False


class Collected(Struct, frozen=True):
    name: str
    seconds: float
    size: int = 0
    error: str = ""
    """Why there is no file; empty where there is one."""


def parse_target(text: str) -> Target:
    """`hq-gw`, `admin@10.1.1.1` or `NAME=ADDRESS`."""
    name, is_named, address = text.partition("=")
    if not is_named:
        name, address = text.rpartition("@")[2], text
    return _target(name, address, "")


def read_targets(path: Path) -> tuple[Target, ...]:
    """A line for each router: name, address, and the file of its metadata if it has one. `#` begins a comment."""
    found = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            if len(words) > 3:
                raise CollectError(f"expected name, address and metadata, not {line.strip()!r}")
            metadata = _read(path.parent / words[2]) if len(words) == 3 else ""
            found.append(_target(words[0], words[1] if len(words) > 1 else words[0], metadata))
        except CollectError as error:
            raise CollectError(f"{path}, line {number}: {error}") from None
    return tuple(found)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectError(f"cannot read {path}: {error}") from None


def _target(name: str, address: str, metadata: str) -> Target:
    if not NAME.fullmatch(name):
        raise CollectError(f"expected a name of letters, digits, . _ and -, not {name!r} (say NAME=ADDRESS)")
    if not ADDRESS.fullmatch(address):
        raise CollectError(f"expected the address of a router, not {address!r}")
    return Target(name, address, metadata)


def collect(
    targets: Sequence[Target], settings: Settings, tell: Callable[[Collected], None] = lambda each: None
) -> list[Collected]:
    """In the order of `targets`; `tell` is called as each one is done."""
    names = [target.name for target in targets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CollectError(f"expected each router once; there are several of {', '.join(twice)}")
    try:
        settings.directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CollectError(f"cannot make {settings.directory}: {error.strerror}") from None
    return asyncio.run(_collect_all(targets, settings, tell))


async def _collect_all(
    targets: Sequence[Target], settings: Settings, tell: Callable[[Collected], None]
) -> list[Collected]:
    script = COLLECTOR.read_text("utf-8")
    free = asyncio.Semaphore(settings.at_once)

    async def one(target: Target) -> Collected:
        async with free:
            began = time.monotonic()
            try:
                facts = await _ask(target, settings, script_for(target, script))
                _keep(settings.directory / f"{target.name}_facts.txt", facts)
                found = Collected(target.name, time.monotonic() - began, len(facts))
            except CollectError as error:
                found = Collected(target.name, time.monotonic() - began, error=str(error))
        tell(found)
        return found

    return list(await asyncio.gather(*(one(target) for target in targets)))


def script_for(target: Target, script: str) -> str:
    """In braces, so that the shell has read all of it before a command of it can read from the same input."""
    said = f"TSIM_NAME={shlex.quote(target.name)}\nTSIM_METADATA={shlex.quote(target.metadata)}\n"
    return f"{said}{{\n{script}\n}} </dev/null\n"


def command(target: Target, settings: Settings) -> list[str]:
    wait_s = max(1, int(settings.timeout_s))
    words = [*settings.ssh, "-T", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={wait_s}"]
    words += ["-l", settings.user] if settings.user else []
    words += ["-i", str(settings.identity)] if settings.identity else []
    return [*words, "--", target.address, *(["sudo", "-n"] if settings.is_sudo else []), "sh", "-s"]


async def _ask(target: Target, settings: Settings, script: str) -> bytes:
    try:
        process = await asyncio.create_subprocess_exec(
            *command(target, settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise CollectError(f"cannot start {settings.ssh[0]}: {error.strerror}") from None
    try:
        async with asyncio.timeout(settings.timeout_s):
            facts, complaint = await _exchange(process, script.encode())
    except TimeoutError:
        raise CollectError(f"no answer in {settings.timeout_s:g} s") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return _checked(facts, complaint, process.returncode)


async def _exchange(process: asyncio.subprocess.Process, script: bytes) -> tuple[bytes, bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    facts, complaint, _ = await asyncio.gather(
        _limited(process.stdout), _limited(process.stderr), _say(process.stdin, script)
    )
    await process.wait()
    return facts, complaint


async def _say(stream: asyncio.StreamWriter, script: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # it ended before; its complaint says why
        stream.write(script)
        await stream.drain()
    stream.close()


async def _limited(stream: asyncio.StreamReader) -> bytes:
    found = bytearray()
    while part := await stream.read(1 << 16):
        found += part
        if len(found) > LONGEST:
            raise CollectError(f"more than {LONGEST >> 20} MB")
    return bytes(found)


def _checked(facts: bytes, complaint: bytes, code: int | None) -> bytes:
    said = [line.strip() for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    if code != 0:
        raise CollectError(f"{said[-1] if said else 'no reason given'} (exit code {code})")
    begin = facts.find(BEGIN)  # a login script may have said something before
    if begin < 0:
        raise CollectError("the router answered with something else than facts")
    if END not in facts[-65536:]:
        raise CollectError("the facts are cut off")
    return facts[begin:]


def _keep(file: Path, facts: bytes) -> None:
    """Whoever looks sees the old file or the whole new one. Who may look is what the umask says."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        try:
            part.write_bytes(facts)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CollectError(f"cannot write {file}: {error.strerror}") from None
