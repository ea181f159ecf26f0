import asyncio
import socket
from pathlib import Path

import pytest

from backend.engine.lifetime.notify import READY, notify, stay_alive


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


def test_it_is_said_again_and_again_that_the_loop_goes_on(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))

        async def say() -> list[bytes]:
            task = asyncio.create_task(stay_alive(str(tmp_path / "notify"), 0.04))
            heard = [await asyncio.to_thread(supervisor.recv, 100) for _ in range(3)]
            task.cancel()
            return heard

        assert asyncio.run(say()) == [b"WATCHDOG=1"] * 3


def test_nobody_is_told_who_does_not_ask(tmp_path: Path) -> None:
    asyncio.run(stay_alive(str(tmp_path / "gone"), 0.0))
