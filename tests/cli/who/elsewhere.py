"""A server as shells elsewhere see it: a real engine, and its web behind a real socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from msgspec import Struct
from werkzeug.serving import make_server

from backend.cli.command import Shell
from backend.cli.person import Person
from backend.cli.who.elsewhere import Elsewhere
from backend.cli.who.remote import Remote
from backend.cli.who.server import Address, Server
from tests.web.real import Town, town


class Site(Struct, frozen=True):
    town: Town
    url: str
    admin: str
    """Tokens."""
    user: str

    def shell(self, token: str | None = None) -> Shell:
        remote = Remote(self.town.engine.config, Server(Address(self.url, self.admin if token is None else token)))
        return Shell(Elsewhere(remote), remote, Person(is_quiet=True), self.town.engine.config.lab)


@contextmanager
def served(app: Flask, tls: tuple[str, str] | None = None) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    with town(folder) as place, served(place.app) as url:
        admin, user = place.person("admin"), place.person("user")
        yield Site(place, url, place.token(admin), place.token(user, ("read", "test")))
