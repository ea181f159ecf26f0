"""Headers that every answer carries: what the browser may load, and that answers of the API are not kept.

What is said about each request (its id, its time, how often one may ask) is collected in the environment and added here
too: werkzeug takes as long for a few headers as for all else that it does with an answer.
"""

from collections.abc import Callable, Iterable
from typing import Any

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMED = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Of a PDF, which our own page may show inside itself."""

HSTS = "max-age=31536000"
"""Said over TLS only, since browsers ignore it else (RFC 6797, 8.1)."""


Pairs = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
PLAIN = list(ALWAYS.items())
TLS = ("Strict-Transport-Security", HSTS)
NOT_KEPT = ("Cache-Control", "no-store")
MORE = "tsim.headers"


def more(environ: dict[str, Any]) -> Pairs:
    """To be added to the answer of this request."""
    found: Pairs = environ.setdefault(MORE, [])
    return found


class Headers:
    """In front of the application, whoever in it answers; there, to add them costs next to nothing."""

    def __init__(self, inside: Application) -> None:
        self._inside = inside

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        always = PLAIN if environ["wsgi.url_scheme"] == "http" else [*PLAIN, TLS]
        if environ["PATH_INFO"].startswith("/api/"):
            always = [*always, NOT_KEPT]
        environ[MORE] = own = Pairs()

        def start(status: str, headers: Pairs, *error: Any) -> Any:
            """What the answer says itself stays."""
            said = {name for name, _ in headers}
            return start_response(status, [*headers, *own, *(pair for pair in always if pair[0] not in said)], *error)

        return self._inside(environ, start)
