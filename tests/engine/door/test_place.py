import subprocess
import sys
from pathlib import Path

import pytest

from backend.engine.door.place import Place
from backend.engine.protocol import EngineError
from tests.waiting import wait_for


def test_it_is_taken_by_one_until_it_is_left(socket_path: Path) -> None:
    first, second = Place(socket_path), Place(socket_path)
    first.take()
    first.take()
    with pytest.raises(EngineError, match="another engine") as caught:
        second.take()
    assert caught.value.code == "busy"
    first.close()
    with pytest.raises(EngineError, match="another engine"):
        second.take()
    first.leave()
    first.leave()
    second.take()
    second.leave()


def test_a_killed_owner_leaves_it_free(socket_path: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from backend.engine.door.place import Place\n"
        "place = Place(Path(sys.argv[1])); place.take(); place.listen(); print('taken', flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, socket_path], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"taken\n"
    place = Place(socket_path)
    with pytest.raises(EngineError):
        place.take()
    owner.kill()
    owner.communicate()
    wait_for(socket_path.exists, "what it left")
    place.take()
    place.listen().close()
    place.leave()
    assert not socket_path.exists()


def test_all_of_it_is_private(tmp_path: Path) -> None:
    place = Place(tmp_path / "state" / "engine" / "socket")
    place.take()
    place.listen().close()
    for path, mode in (("state", 0o700), ("state/engine", 0o700), ("state/engine/socket", 0o600)):
        assert (tmp_path / path).stat().st_mode & 0o777 == mode
    place.leave()
