import socket
from pathlib import Path

import pytest

from backend.engine.door.address import short_address


def test_a_socket_in_a_long_directory_can_be_reached(tmp_path: Path) -> None:
    path = tmp_path / ("d" * 200) / "socket"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        with short_address(path) as address:
            server.bind(address)
        server.listen()
        with short_address(path) as address:
            client.connect(address)
    assert path.is_socket()


def test_a_directory_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), short_address(tmp_path / "none" / "socket"):
        pass
