"""Networks and policies as files."""

from pathlib import Path

from backend.cli.command import Shell
from backend.facts import Reading
from tests.cli.playing import shell_of
from tests.policy.grounds import network
from tests.small import write_small_network


def between() -> Shell:
    return shell_of(Reading(network()))


def policy(folder: Path, *lines: str) -> Path:
    file = folder / "policy.yaml"
    file.write_text("".join(f"- {line}\n" for line in lines))
    return file


def small(folder: Path, *dropped: int) -> Path:
    """gw-b drops these ports; the hosts a and b are on either side."""
    write_small_network(folder, dropped)
    (folder / "hosts.toml").write_text(
        '[[host]]\nname = "a"\naddresses = ["10.0.1.50/24"]\n[[host]]\nname = "b"\naddresses = ["10.0.2.50/24"]\n'
    )
    return folder
