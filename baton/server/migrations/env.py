"""Alembic's entry: migrations run on the connection that `baton.server.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

import baton.server.tables  # noqa: F401  (defines every table)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
