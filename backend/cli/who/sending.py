"""Files that are sent as one form, collected piece by piece: a server elsewhere takes them in one request."""

import secrets
from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

from backend.cli.error import FailureError
from backend.cli.who.server import Server

MOST = 1 << 30


class Sending:
    """One at a time, as one command sends one."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._form = bytearray()
        self._name, self._edge, self._last = "", "", ""

    def begin(self, name: str = "", **_: Any) -> dict[str, str]:
        self._name, self._edge, self._last = name, secrets.token_hex(16), ""
        self._form = bytearray()
        return {"upload": "this"}

    def part(self, file: str, data: str, **_: Any) -> None:
        if file != self._last:
            end = "\r\n" if self._last else ""
            name = "".join("_" if sign in '"\r\n\\' else sign for sign in file)
            head = f'{end}--{self._edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            self._form += head.encode("utf-8", "replace")
            self._last = file
        self._form += b64decode(data)
        if len(self._form) > MOST:
            raise FailureError(f"{file}: more than {MOST >> 20} MiB are not sent at once")

    def end(self, activate: bool = False, **_: Any) -> Any:
        self._form += f"\r\n--{self._edge}--\r\n".encode()
        query = urlencode({"name": self._name, "activate": str(activate).lower()})
        kind = {"Content-Type": f"multipart/form-data; boundary={self._edge}"}
        kept = self._server.ask("POST", f"/api/v1/networks?{query}", bytes(self._form), kind)
        return self._server.decoded(kept)

    def cancel(self, **_: Any) -> None:
        self._form = bytearray()
