"""How much anybody may have of the engine's socket."""

from msgspec import Struct


class Limits(Struct, frozen=True):
    connections: int = 512
    user_connections: int = 448
    """Of one user, so that the administrator still gets in when a user has taken all."""
    under_way: int = 64
    """Requests of one connection at once; those after them are read when there is room again."""
    streams: int = 32
    """Of one connection; they need not ever end, so one more is refused."""
    frame_s: float = 10.0
    """From the first byte of a request to its last."""
    unread_bytes: int = 256 * 1024
    """What is written and not read yet before nothing more is made for that client."""
    unread_s: float = 30.0
    """So long a client may read nothing of that before its connection is closed."""
