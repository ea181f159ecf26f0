"""The schema up to some step."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from backend.store.upgrade import STEPS


def stepped(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS))
    command.upgrade(config, revision)
