import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from backend.engine import Client, EngineError
from backend.engine.calling import Call
from backend.engine.door.place import Place
from backend.engine.door.server import Server
from tests.engine.conftest import Start
from tests.engine.raw import asked, connected
from tests.engine.served import served
from tests.waiting import wait_for

CALLS: dict[str, Call] = {"who": lambda caller, _: caller}
HELLO = b'{"id": 1, "call": "who"}\n'


def test_one_connection_more_than_allowed_is_told_so(start: Start, socket_path: Path) -> None:
    server = start(CALLS, connections=1)
    with connected(socket_path) as first:
        first.ask(1, "who")
        assert first.said()["id"] == 1
        with connected(socket_path) as second:
            assert second.said()["error"]["code"] == "busy"
            assert second.is_ended()
    wait_for(lambda: server.server.connections == 0, "the first to go")
    assert asked(socket_path, HELLO)["id"] == 1


def test_one_user_does_not_take_all_places(start: Start, socket_path: Path) -> None:
    start(CALLS, user_connections=2)
    with connected(socket_path) as first, connected(socket_path) as second:
        for each in (first, second):
            each.ask(1, "who")
            each.said()
        with connected(socket_path) as third:
            error = third.said()["error"]
            assert (error["code"], f"user {os.geteuid()}" in error["message"]) == ("busy", True)


@pytest.mark.root
@pytest.mark.parametrize(("guests", "is_let_in"), [((), False), ((4321,), True)])
def test_other_users_are_let_in_only_when_they_are_guests(guests: tuple[int, ...], is_let_in: bool) -> None:
    script = (
        "import os, sys; from pathlib import Path; from tests.engine.raw import asked\n"
        'os.setuid(4321); print(asked(Path(sys.argv[1]), b\'{"id": 1, "call": "who"}\\n\'))'
    )
    with tempfile.TemporaryDirectory() as folder:  # those above the folders of pytest are closed to others
        path = Path(folder) / "engine" / "socket"
        with served(lambda: Server(Place(path), CALLS, guests=guests)):
            for each in (path.parent.parent, path.parent):
                each.chmod(0o755)
            path.chmod(0o666)
            done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True)
    assert done.stderr == ""
    assert ("'uid': 4321" in done.stdout) == is_let_in
    assert ("forbidden" in done.stdout) != is_let_in


def test_figures_count_what_happened(start: Start, socket_path: Path) -> None:
    server = start(CALLS)
    client = Client(socket_path)
    client.call("who")
    with pytest.raises(EngineError):
        client.call("nothing")
    figures = server.server.figures
    assert (figures.connections, figures.requests, figures.faults, figures.refused_connections) == (1, 2, 1, 0)
