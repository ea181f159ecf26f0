import socket
from pathlib import Path
from threading import Thread

import pytest

from backend.auth.client import AuthError, ask
from backend.auth.place import Place
from backend.auth.protocol import Question

ANN = Question("ann", "correct horse")


def test_nobody_there_is_told_with_the_place(tmp_path: Path) -> None:
    for path in (tmp_path / "socket", tmp_path / "none" / "socket"):
        with pytest.raises(AuthError, match=f"nobody answers at {path}: No such file"):
            ask(path, ANN)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "refused to answer"), (b"[]\n", "no answer"), (b"{", "broke off"),
        (b'{"trouble": "the directory is away"}\n', "the directory is away"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_no_right_password(tmp_path: Path, answer: bytes, reason: str) -> None:
    place = Place(tmp_path / "auth" / "socket")
    listener = place.take()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    with pytest.raises(AuthError, match=reason):
        ask(tmp_path / "auth" / "socket", ANN)
    thread.join()
    listener.close()
    place.leave()


def test_who_does_not_answer_is_not_waited_for_without_end(tmp_path: Path) -> None:
    place = Place(tmp_path / "auth" / "socket")
    listener: socket.socket = place.take()
    with pytest.raises(AuthError, match="does not answer"):
        ask(tmp_path / "auth" / "socket", ANN, longest_s=0.1)
    listener.close()
    place.leave()
