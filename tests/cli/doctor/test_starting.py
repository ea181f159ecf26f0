from pathlib import Path

from backend.cli.doctor.starting import started_by


def test_by_systemd_where_there_are_units_else_by_the_command(tmp_path: Path) -> None:
    assert started_by("engine", "python -m backend.engine", tmp_path) == "python -m backend.engine"
    (tmp_path / "tsim-engine.service").touch()
    said = "systemctl start tsim-engine.socket tsim-engine; why it ended: journalctl -u tsim-engine"
    assert started_by("engine", "python -m backend.engine", tmp_path) == said
