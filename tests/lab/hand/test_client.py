"""What the shell tells of a lab that is not there, or not as it should be."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.lab.error import LabError
from backend.lab.hand import place
from backend.lab.hand.client import NotUpError, ask, end
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import HEADER, MARK, VERSION, Answer, Fault, StartServices, Status, answer_of, framed
from backend.model.flow import Service


@contextmanager
def listening(folder: Path, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """One connection is served so."""
    with place.listen(folder) as listener:

        def work() -> None:
            accepted, _ = listener.accept()
            with accepted:
                accepted.recv(65536)
                serve(accepted)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield
        thread.join(20)


def test_the_answer_is_the_document(tmp_path: Path) -> None:
    with listening(tmp_path, lambda peer: peer.sendall(framed(answer_of({"a": 1})))):
        assert ask(tmp_path, Status()) == {"a": 1}


def test_an_answer_in_pieces_is_put_together(tmp_path: Path) -> None:
    data = framed(answer_of({"a": "x" * 1000}))

    def pieces(peer: socket.socket) -> None:
        for at in range(0, len(data), 100):
            peer.sendall(data[at : at + 100])

    with listening(tmp_path, pieces):
        assert ask(tmp_path, Status()) == {"a": "x" * 1000}


def test_an_answer_that_comes_before_all_was_asked_is_heard(tmp_path: Path) -> None:
    def refuse(peer: socket.socket) -> None:
        peer.sendall(framed(Answer(fault=Fault("too much"))))
        peer.shutdown(socket.SHUT_RD)

    much = StartServices("b", tuple(Service("tcp", port % 60000 + 1) for port in range(100_000)))
    with listening(tmp_path, refuse), pytest.raises(LabError, match="too much"):
        ask(tmp_path, much)


@pytest.mark.parametrize(("is_usage", "kind"), [(True, UsageError), (False, LabError)])
def test_a_refusal_is_an_error_of_its_kind(tmp_path: Path, is_usage: bool, kind: type[LabError]) -> None:
    with (
        listening(tmp_path, lambda peer: peer.sendall(framed(Answer(fault=Fault("not so", is_usage))))),
        pytest.raises(LabError, match=r"^not so$") as error,
    ):
        ask(tmp_path, Status())
    assert type(error.value) is kind


@pytest.mark.parametrize("stale", [True, False])
def test_where_nobody_listens_no_lab_is_up(tmp_path: Path, stale: bool) -> None:
    if stale:
        place.listen(tmp_path).close()
    said = "no lab is up; `network up` builds one"
    for folder in (tmp_path, tmp_path / "no"):
        with pytest.raises(NotUpError, match=said):
            ask(folder, Status())
        with pytest.raises(NotUpError, match=said):
            end(folder)


def test_one_that_is_being_built_is_told_from_none(tmp_path: Path) -> None:
    held = place.lock(tmp_path)
    assert held is not None
    with pytest.raises(NotUpError, match="is being built"):
        ask(tmp_path, Status())
    os.close(held)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", r"none of this version: it does not speak.*its process is \d+"),
        (HEADER.pack(MARK, VERSION + 1, 5) + b"hello", rf"it speaks version {VERSION + 1} .*its process is \d+"),
        (HEADER.pack(MARK, VERSION, 5) + b"hello", "not an answer"),
        (b"", "ended before it answered"),
        (MARK[:3], "ended before it answered"),
    ],
)
def test_what_is_no_answer_is_told_with_whose_it_is(tmp_path: Path, said: bytes, text: str) -> None:
    with listening(tmp_path, lambda peer: peer.sendall(said)), pytest.raises(LabError, match=text):
        ask(tmp_path, Status())


def test_one_that_says_nothing_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with (
        listening(tmp_path, lambda peer: print(peer.recv(1))),
        pytest.raises(LabError, match=r"did not answer within 0\.1 s"),
    ):
        ask(tmp_path, Status(), timeout_s=0.1)


def test_a_place_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="file: Not a directory"):
        ask(tmp_path / "file", Status())
