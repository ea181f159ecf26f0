"""Asking the lab by hand."""

import os
import select
import socket
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from backend.lab.error import LabError
from backend.lab.hand import place
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import ANSWER_LIMIT, Down, Frames, ProtocolError, Request, framed, read_answer
from backend.lab.hand.server import peer_of

TIMEOUT_S = 60.0
ENDING_S = 10.0
LARGEST = 65536


class NotUpError(LabError):
    """Nobody listens."""


def ask(directory: Path, request: Request, timeout_s: float = TIMEOUT_S) -> Any:
    """The document that the lab answers with; LabError says why there is none, UsageError what was asked wrongly."""
    with _connected(directory, timeout_s) as connection:
        return _exchange(connection, request, timeout_s)


def end(directory: Path) -> Any:
    """What the lab says last; when it is said, the process has ended."""
    with _connected(directory, TIMEOUT_S) as connection:
        pid, _ = peer_of(connection)
        handle = os.pidfd_open(pid)
        try:
            document = _exchange(connection, Down(), TIMEOUT_S)
            if not select.select([handle], [], [], ENDING_S)[0]:
                raise LabError(f"the lab does not end; its process is {pid}")
        finally:
            os.close(handle)
    return document


def _connected(directory: Path, timeout_s: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout_s)
    try:
        with place.address(directory) as short:
            connection.connect(short)
        if peer_of(connection)[1] != os.geteuid():
            raise LabError(f"what listens in {directory} belongs to another user")
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        if place.is_locked(directory):
            raise NotUpError("the lab is being built, or is ending: try again in a moment") from None
        raise NotUpError("no lab is up; `network up` builds one") from None
    except OSError as error:
        connection.close()
        raise LabError(f"the lab cannot be asked: {directory}: {error.strerror or error}") from None
    except LabError:
        connection.close()
        raise
    return connection


def _exchange(connection: socket.socket, request: Request, timeout_s: float) -> Any:
    frames = Frames(ANSWER_LIMIT)
    deadline = monotonic() + timeout_s
    try:
        with suppress(BrokenPipeError):  # it may have answered already
            connection.sendall(framed(request))
        while True:
            connection.settimeout(max(0.01, deadline - monotonic()))
            data = connection.recv(LARGEST)
            if not data:
                raise LabError("the lab ended before it answered")
            frame = frames.feed(data)
            if frame is not None:
                answer = read_answer(frame)
                break
    except TimeoutError:
        raise LabError(f"the lab did not answer within {timeout_s:g} s") from None
    except ConnectionError:
        raise LabError("the lab ended before it answered") from None
    except ProtocolError as error:
        pid, _ = peer_of(connection)
        raise LabError(f"what listens as a lab is none of this version: {error}; its process is {pid}") from None
    if answer.fault is not None:
        raise (UsageError if answer.fault.is_usage else LabError)(answer.fault.text)
    return msgspec.json.decode(answer.document)
