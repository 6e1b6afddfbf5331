"""Runs the revisions on the connection that `db.schema.upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

import studio.db.models  # noqa: F401 - makes every table known to the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
