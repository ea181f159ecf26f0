import socket
from pathlib import Path

import pytest

from backend.engine.lifetime.notify import READY, notify


@pytest.mark.parametrize("name", ["{folder}/notify", "@tsim-test-{pid}"])
def test_the_supervisor_hears_it(tmp_path: Path, name: str) -> None:
    address = name.format(folder=tmp_path, pid=id(tmp_path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address.replace("@", "\0", 1))
        notify(address, READY)
        assert supervisor.recv(100) == b"READY=1"


def test_without_one_nothing_is_said() -> None:
    notify("", READY)


def test_a_supervisor_that_is_gone_is_no_reason_to_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    notify(str(tmp_path / "gone"), READY)
    assert "gone" in caplog.text
