"""Alembic's entry point: migrations run on the connection that the store hands over."""

from alembic import context

from jupyter_gov.store._schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
