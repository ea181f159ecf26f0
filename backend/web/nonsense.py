"""What clients send that is no Engine.IO and no Socket.IO is no failure of ours: a line for who looks, no traceback.

The libraries log whatever goes wrong while they read, as errors and with all of it. Ours is where our own code stands.
"""

import io
import logging
from pathlib import Path
from traceback import walk_tb

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
    said = f"{type(error).__name__}: {error}" if error is not None else record.getMessage()
    heard.info("a socket sent what it should not: %s", said[:200])
    return False


class Errors(io.TextIOBase):
    """For `wsgi.errors`: of each socket that its client has closed, eventlet writes there that it cannot be shut down,
    and no end of the line (WebSocket.close in eventlet/websocket.py).
    """

    def write(self, text: str) -> int:
        heard.info("a socket: %s", text.strip()[:200])
        return len(text)


log.addFilter(_is_ours)
errors = Errors()
