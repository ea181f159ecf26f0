"""Asks, from a thread that may wait."""

import os
import socket
from pathlib import Path

from backend.auth.line import read_line
from backend.auth.protocol import Answer, ProtocolError, Question, decode_answer, encode, wipe

LONGEST_S = 12.0


class AuthError(Exception):
    """Nobody says whether the password is right; the text says why."""


def ask(path: Path, question: Question, longest_s: float = LONGEST_S) -> Answer:
    line = bytearray()
    encode(question, line)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(longest_s)
            _connect(connection, path)
            connection.sendall(line)
            said = read_line(connection, longest_s)
        answer = decode_answer(said) if said else None
    except TimeoutError:
        raise AuthError(f"the process at {path} does not answer") from None
    except (OSError, ProtocolError) as error:
        raise AuthError(f"nobody answers at {path}: {getattr(error, 'strerror', None) or error}") from error
    finally:
        wipe(line)
    if answer is None:
        raise AuthError(f"the process at {path} refused to answer, or took too long; its log says why")
    if answer.trouble:
        raise AuthError(answer.trouble)
    return answer


def _connect(connection: socket.socket, path: Path) -> None:
    """By a short name: addresses have 107 bytes (unix(7)), directories may have more."""
    descriptor = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        connection.connect(f"/proc/self/fd/{descriptor}/{path.name}")
    finally:
        os.close(descriptor)
