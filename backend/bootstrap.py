"""The one place where real things are chosen: which store, which simulator, which engine.

Imports stand inside the functions, so that the web worker loads neither simulator nor database.
"""

from typing import TYPE_CHECKING

import msgspec

from backend.config import Config

if TYPE_CHECKING:
    from flask import Flask

    from backend.engine.place import Place
    from backend.engine.server import Server


def web_app(config: Config) -> "Flask":
    """The web, which asks the engine of the same state directory."""
    from backend.engine import Client
    from backend.store.secret import kept_secret
    from backend.web import create_app

    key = config.secret_key or kept_secret(config.state / "secret-key")
    return create_app(msgspec.structs.replace(config, secret_key=key), Client(config.engine_socket))


def engine_server(config: Config, place: "Place | None" = None) -> "Server":
    """The engine with everything loaded, ready to start."""
    from backend import sim
    from backend.engine.calls import Answers, calls
    from backend.engine.place import Place
    from backend.engine.server import Server
    from backend.facts import read_directory
    from backend.store.database import open_database
    from backend.store.sessions import Sessions
    from backend.store.users import Users, first_password

    reading = read_directory(config.facts)
    network = sim.compile_network(reading.network)
    database = open_database(config.state / "tsim.sqlite3")
    users = Users(database)
    first_password(users, config.first_password_file)
    answers = Answers(
        network=reading.network,
        diagnostics=reading.diagnostics,
        predict=lambda flow, gateway: sim.trace(network, flow, gateway),
        authenticated=users.authenticated,
        sessions=Sessions(database),
    )
    return Server(place or Place(config.engine_socket), calls(answers))
