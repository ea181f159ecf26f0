"""A server that says what it is told to say, once to each that connects."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress


@contextmanager
def saying(answers: Sequence[bytes], tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and what it was asked."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            plain, _ = listening.accept()
            with suppress(OSError), tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                asked.append(_question(connection))
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{listening.getsockname()[1]}", asked
    finally:
        listening.close()


def _question(connection: socket.socket) -> bytes:
    """With its body."""
    found = b""
    while b"\r\n\r\n" not in found and (piece := connection.recv(65536)):
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length is not None and len(body) < int(length[1]):
        piece = connection.recv(65536)
        found, body = found + piece, body + piece
    return found


def answer(status: str, body: bytes, kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def problem(status: str, detail: str, more: str = "", field: str = "") -> bytes:
    body = f'{{"detail": "{detail}"{f", {chr(34)}field{chr(34)}: {chr(34)}{field}{chr(34)}" if field else ""}}}'
    return answer(status, body.encode(), "application/problem+json", more)
