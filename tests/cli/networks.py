"""Networks that commands are typed in without a lab."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.facts import Reading, read_directory
from tests.small import write_small_network


@cache
def small() -> Reading:
    """pc - gw-a - gw-b; no rules are known."""
    with TemporaryDirectory() as folder:
        return read_directory(write_small(Path(folder) / "small"))


def write_small(folder: Path) -> Path:
    write_small_network(folder)
    (folder / "hosts.toml").write_text('[[host]]\nname = "pc"\naddresses = ["10.0.1.50/24"]\n')
    return folder
