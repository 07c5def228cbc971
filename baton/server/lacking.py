"""What a database lacks of the tables that the code defines, though its version is the right one, and adding it.

A version's migration still changes while it is being made; who tried Baton before that has a folder like this.
"""

from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import Connection, text, update
from sqlmodel import SQLModel

import baton.server.tables  # noqa: F401  (defines every table)

_COLUMNS = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema()",
}


def find_lacking(connection: Connection) -> list[str]:
    """The columns that are not there, as `table.column`, in order; all of a table's where the table isn't there."""
    return [str(column) for _, column in _lacking(connection)]


def add_lacking(connection: Connection) -> None:
    """Add columns, tables and indexes that are not there. Rows get the value that a new row would have."""
    for model, column in list(_lacking(connection)):
        if connection.dialect.has_table(connection, column.table.name):
            kind = column.type.compile(connection.dialect)
            connection.execute(text(f"ALTER TABLE {column.table.name} ADD COLUMN {column.name} {kind}"))
            value = model.model_fields[column.name].get_default(call_default_factory=True)
            if value is not PydanticUndefined and value is not None:
                connection.execute(update(column.table).values({column.name: value}))
    SQLModel.metadata.create_all(connection)
    for table in SQLModel.metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _lacking(connection: Connection) -> Iterator[tuple[type[SQLModel], Any]]:
    there = {tuple(row) for row in connection.execute(text(_COLUMNS[connection.dialect.name]))}
    mappers = sorted(SQLModel._sa_registry.mappers, key=lambda mapper: str(mapper.local_table))
    for mapper in mappers:
        for column in mapper.local_table.columns:
            if (column.table.name, column.name) not in there:
                yield mapper.class_, column
