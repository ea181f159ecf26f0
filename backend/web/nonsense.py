"""What clients send that is no Engine.IO and no Socket.IO is no failure of ours: a line for who looks, no traceback.

The libraries log whatever goes wrong while they read, as errors and with all of it. Ours is where our own code stands.
"""

import io
import logging
from collections.abc import Callable
from pathlib import Path
from traceback import walk_tb
from typing import Any

from engineio.packet import Packet

WebSocket = Callable[[Callable[[Any], Any], Any], Any]
OURS = str(Path(__file__).resolve().parent.parent)
log = logging.getLogger("backend.web.socket")
log.setLevel(logging.WARNING)  # below that the libraries tell each packet
heard = logging.getLogger(__name__)


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether somebody should look at it; all else is told as what it is."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and any(
        frame.f_code.co_filename.startswith(OURS) for frame, _ in walk_tb(error.__traceback__)
    ):
        return True
    _tell(error or record.getMessage())
    return False


def _tell(what: object) -> None:
    said = f"{type(what).__name__}: {what}" if isinstance(what, BaseException) else str(what)
    heard.info("a socket sent what it should not: %s", said[:200])


class Checked:
    """A WebSocket of which packets come and nothing else. Engine.IO ends it properly where that cannot be read, but
    would fail over what is read and is no packet (engineio/socket.py, _websocket_handler).
    """

    def __init__(self, inside: Any) -> None:
        self._inside = inside

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inside, name)

    def wait(self) -> Any:
        data = self._inside.wait()
        if data is not None:
            try:
                Packet(encoded_packet=data)
            except (ValueError, RecursionError) as error:
                _tell(error)
                raise
        return data


def checked(kind: WebSocket) -> WebSocket:
    """As Engine.IO makes them: of what handles one, and its server."""
    return lambda handle, server: kind(lambda inside: handle(Checked(inside)), server)


class Errors(io.TextIOBase):
    """For `wsgi.errors`: of each socket that its client has closed, eventlet writes there that it cannot be shut down,
    and no end of the line (WebSocket.close in eventlet/websocket.py).
    """

    def write(self, text: str) -> int:
        heard.info("a socket: %s", text.strip()[:200])
        return len(text)


log.addFilter(_is_ours)
errors = Errors()
