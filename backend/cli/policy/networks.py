"""Networks by what a person calls them: a directory of facts, an archive of one, or a label that the engine keeps."""

from pathlib import Path

from backend.cli.command import Shell
from backend.cli.error import FailureError, UsageError
from backend.cli.job.asking import told
from backend.cli.who.fetching import fetched, unpacked
from backend.facts import FactsError, Reading, read_directory
from backend.policy.kind import World
from backend.sim import compile_network
from backend.wire.given import shown

ACTIVE = "active"


def world_of(reading: Reading) -> World:
    return World(reading.network, compile_network(reading.network))


def named(shell: Shell, text: str) -> Reading:
    path = Path(text)
    try:
        if path.is_dir():
            return read_directory(path)
        if path.is_file():
            return unpacked(path.read_bytes(), path.name.partition(".")[0])
    except FactsError as error:
        raise FailureError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{shown(text)} cannot be read: {error.strerror}") from None
    if text == ACTIVE:
        return shell.who.reading()
    if "@" not in text:
        raise UsageError(f"{shown(text)} is no directory, no archive of facts, and no label such as demo@0fc0ecee")
    return told(lambda: fetched(shell.link, text))
