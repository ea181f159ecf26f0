import socket
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from backend.web.patience import Patience


def answer(sent: bytes, length: str, longest_s: float, more: bool = False) -> bytes:
    """What an application reads of a body of which so much has been sent; `more`: and a byte now and then."""
    ended = threading.Event()

    def dribble() -> None:
        while more and not ended.wait(0.05):
            client.send(b"x")

    def read(environ: dict[str, Any], _: Any) -> Iterable[bytes]:
        return [environ["wsgi.input"].read(int(length))]

    with ExitStack() as stack:
        client, server = (stack.enter_context(end) for end in socket.socketpair())
        body = stack.enter_context(server.makefile("rb"))
        client.sendall(sent)
        thread = threading.Thread(target=dribble)
        thread.start()
        environ = {"gunicorn.socket": server, "wsgi.input": body, "CONTENT_LENGTH": length}
        try:
            return b"".join(Patience(read, longest_s)(environ, None))
        finally:
            ended.set()
            thread.join()


def test_a_body_that_comes_is_read() -> None:
    assert answer(b"a body", "6", 60.0) == b"a body"


def test_a_body_that_does_not_come_ends_when_its_time_is_over() -> None:
    assert answer(b"a bo", "6", 0.1) == b"a bo"


def test_nor_does_one_of_which_a_byte_comes_now_and_then() -> None:
    assert len(answer(b"a body", "100000", -1.0, more=True)) < 1000
