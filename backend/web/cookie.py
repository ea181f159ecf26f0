"""The cookie of a session: its id, signed, so that nobody asks the engine about ids that this web never gave.

Flask's own would be signed too, with a time and as JSON, and takes longer than all else that is done about a session.
"""

import hmac
from base64 import urlsafe_b64encode

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SessionInterface

PURPOSE = b"cookie of a session"
ID = "id"


class Cookies(SessionInterface):
    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), PURPOSE, "sha256")

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        id_, _, signature = request.cookies.get(self.get_cookie_name(app), "").rpartition(".")
        is_ours = bool(id_) and hmac.compare_digest(signature.encode(), self._signature(id_))
        return SecureCookieSession({ID: id_} if is_ours else None)

    def save_session(self, app: Flask, session: SecureCookieSession, response: Response) -> None:  # type: ignore[override]
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
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
        return urlsafe_b64encode(hmac.digest(self._key, id_.encode("utf-8", "surrogatepass"), "sha256")).rstrip(b"=")
