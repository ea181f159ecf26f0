import socket
import stat
from pathlib import Path

import pytest

from backend.auth.client import _connect
from backend.auth.place import Place, PlaceError


def test_one_process_has_it_and_only_its_user_gets_there(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30) / "auth" / "socket"
    place = Place(path)
    with place.take(), socket.socket(socket.AF_UNIX) as client:
        _connect(client, path)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(PlaceError, match="another process already answers"):
            Place(path).take()
    place.leave()
    assert not path.exists()


def test_what_a_killed_process_left_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "auth" / "socket"
    first = Place(path)
    first.take().close()
    first._lock.close()  # type: ignore[union-attr]
    second = Place(path)
    with second.take(), socket.socket(socket.AF_UNIX) as client:
        _connect(client, path)
    second.leave()


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlaceError, match="file/auth/socket: Not a directory"):
        Place(tmp_path / "file" / "auth" / "socket").take()
