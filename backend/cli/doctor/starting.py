"""How a part of tsim is started on this machine."""

from pathlib import Path

UNITS = Path("/etc/systemd/system")


def started_by(part: str, command: str, units: Path = UNITS) -> str:
    """Words for a finding: by systemd where deploy/install.sh put its units, else by a command."""
    unit = f"tsim-{part}"
    if (units / f"{unit}.service").is_file():
        return f"systemctl start {unit}.socket {unit}; why it ended: journalctl -u {unit}"
    return command
