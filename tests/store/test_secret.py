from pathlib import Path

import pytest

from backend.store.error import StoreError
from backend.store.secret import kept_secret, read_secret, write_secret


def test_a_secret_is_made_once_kept_and_private(tmp_path: Path) -> None:
    file = tmp_path / "state" / "key"
    made = kept_secret(file)
    assert len(made) >= 32
    assert kept_secret(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert [left.name for left in file.parent.iterdir()] == ["key"]


def test_a_secret_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_secret(tmp_path / "key") is None


def test_a_place_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(StoreError, match="key"):
        read_secret(tmp_path / "key")
    with pytest.raises(StoreError, match="key"):
        write_secret(tmp_path / "key", "text")
