import os
import socket
from pathlib import Path

import pytest

from backend.lab.error import LabError
from backend.lab.hand import place


def test_the_place_is_private_even_where_it_was_not_before(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "lab"
    place.make(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    place.make(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_where_it_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match=r"file/lab: Not a directory; TSIM_STATE chooses another"):
        place.make(tmp_path / "file" / "lab")


@pytest.mark.root
def test_somebody_elses_place_is_not_used(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    with pytest.raises(LabError, match="belongs to another user"):
        place.make(tmp_path)


def test_one_at_a_time_has_the_lock_until_all_its_copies_are_closed(tmp_path: Path) -> None:
    assert not place.is_locked(tmp_path)
    held = place.lock(tmp_path)
    assert held is not None
    copy = os.dup(held)
    os.close(held)
    assert place.is_locked(tmp_path)
    assert place.lock(tmp_path) is None
    os.close(copy)
    assert not place.is_locked(tmp_path)
    again = place.lock(tmp_path)
    assert again is not None
    os.close(again)


def test_a_stale_socket_gives_way_and_the_new_one_is_private(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    place.listen(folder).close()
    with place.listen(folder), socket.socket(socket.AF_UNIX) as asking, place.address(folder) as short:
        asking.connect(short)
    assert (folder / place.SOCKET).stat().st_mode & 0o777 == 0o600
    place.forget(folder)
    place.forget(folder)
    assert list(folder.iterdir()) == []
