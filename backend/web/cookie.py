"""The cookie of a session: its id, signed, so that nobody asks the engine about ids that this web never gave.

Flask's own would be signed too, with a time and as JSON, and takes longer than all else that is done about a session.
The signature is BLAKE2 with a key (RFC 7693), which takes a tenth of what HMAC does in OpenSSL 3.
"""

import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.sansio.http import parse_cookie

from backend.web.headers import more

PURPOSE = b"cookie of a session"
VARIES = ("Vary", "Cookie")
MOST_KNOWN = 1000
"""Headers of up to 8 KiB."""
ID = "id"


class Held(dict[str, str], SessionMixin):
    """The id, if there is one. Flask's own session looks at each access, to know what here is known from the id."""

    def __init__(self, id_: str) -> None:
        super().__init__({ID: id_} if id_ else {})
        self.before = id_


class Cookies(SessionInterface):
    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), PURPOSE, "sha256")
        self._known = lru_cache(MOST_KNOWN)(self._id)

    def open_session(self, app: Flask, request: Request) -> Held:
        given = request.environ.get("HTTP_COOKIE", "")
        id_ = self._known(given, self.get_cookie_name(app)) if given else ""
        return Held(id_)

    def _id(self, cookies: str, name: str) -> str:
        """Signed by us, or empty. A browser sends the same each time, and what was signed once is so for good."""
        id_, _, signature = parse_cookie(cookies).get(name, "").rpartition(".")
        return id_ if id_ and hmac.compare_digest(signature.encode(), self._signature(id_)) else ""

    def save_session(self, app: Flask, session: Held, response: Response) -> None:  # type: ignore[override]
        more(request.environ).append(VARIES)
        if session.get(ID, "") == session.before:
            return
        name, path = self.get_cookie_name(app), self.get_cookie_path(app)
        if ID not in session:
            response.delete_cookie(name, path=path, secure=self.get_cookie_secure(app), httponly=True)
            return
        response.set_cookie(
            name,
            f"{session[ID]}.{self._signature(session[ID]).decode()}",
            max_age=app.permanent_session_lifetime,
            path=path,
            secure=self.get_cookie_secure(app),
            httponly=self.get_cookie_httponly(app),
            samesite=self.get_cookie_samesite(app),
        )

    def _signature(self, id_: str) -> bytes:
        found = blake2b(id_.encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()
        return urlsafe_b64encode(found).rstrip(b"=")
