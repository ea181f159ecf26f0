"""The warm daemon: facts are loaded once, questions come over a Unix socket, answers go back as JSON.

`protocol` is bytes in and values out and knows no socket; `server` and `client` are the shells around it.
The engine never imports web or eventlet, chooses no store or simulator itself (bootstrap hands the functions in),
and holds no knowledge of routing.
"""

from backend.engine.client import Client, Stream
from backend.engine.protocol import EngineError, Fault

__all__ = ["Client", "EngineError", "Fault", "Stream"]
