"""A PostgreSQL server, spoken to by psycopg 3."""

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event

from backend.store.error import StoreError

WRITERS = 0x7473696D
"""The advisory lock of who writes."""
WAIT_S = 5
OPTIONS: dict[str, str | int] = {
    "application_name": "tsim",
    "connect_timeout": WAIT_S,
    "tcp_user_timeout": WAIT_S * 2000,
    # A transaction that somebody left open, and a statement without an end, do not stop the others for ever.
    "options": f"-c lock_timeout={WAIT_S}s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s",
}
"""What an address may say otherwise."""


def engine(url: URL) -> Engine:
    try:
        made = sqlalchemy.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=24,
            pool_timeout=10,
            pool_pre_ping=True,  # a server that was restarted meanwhile is nobody's error
            connect_args={name: value for name, value in OPTIONS.items() if name not in url.query},
        )
    except ModuleNotFoundError as error:
        raise StoreError(f"{shown(url)}: PostgreSQL needs the Python package psycopg ({error})") from error
    event.listen(made, "begin", _begin)
    return made


def shown(url: URL) -> str:
    """Without a password, wherever one may stand."""
    host = url.host or url.query.get("host", "")
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("is_writing"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
