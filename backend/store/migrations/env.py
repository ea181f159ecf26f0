"""What Alembic runs to begin: the steps go through the connection, and in the transaction, of `upgrade.py`."""

from alembic import context

from backend.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
