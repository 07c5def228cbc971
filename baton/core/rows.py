"""Rows to and from the driver itself: what every message reads and writes.

SQLAlchemy compiles each statement once and says how its values are converted; its own `execute` would work that out
again for every row, which took half of the writer's time. Errors are still SQLAlchemy's.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Float, Insert, Table, Update, insert
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import TypeEngine

_DIALECTS: dict[str, Dialect] = {
    "sqlite": pysqlite.dialect(),
    "postgresql": psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}
"""Both with parameters by position, which drivers take fastest."""

MOST_KEPT = 512
Conversions = list[tuple[int, Callable[[Any], Any]]]


class RowStatement:
    """A statement over single rows: its text, and where each value goes in which form."""

    def __init__(
        self, statement: Insert | Update | SelectBase, dialect: Dialect, columns: Sequence[str] | None = None
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        names: tuple[str, ...] = tuple(compiled.positiontup)
        binds: dict[str, BindParameter[Any]] = {name: compiled.binds[name] for name in names}
        self._text = str(compiled)
        self._constants = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        self._in_order: Callable[[dict[str, Any]], Any] = itemgetter(*names) if names else lambda row: ()
        self._is_single = len(names) == 1
        self._binding = _binding([bind.type for bind in binds.values()], dialect)
        selected = statement.selected_columns if isinstance(statement, SelectBase) else ()
        self._reading = _reading([column.type for column in selected], dialect)

    def run(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Run it for each row, in one call of the driver. Every row must hold every name."""
        with _cursor(connection, self._text) as cursor:
            cursor.executemany(self._text, [self._parameters(row) for row in rows])

    def fetch(self, connection: Connection, row: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run it once and return what it selects."""
        with _cursor(connection, self._text) as cursor:
            found = cursor.execute(self._text, self._parameters(row)).fetchall()
        return [_converted(values, self._reading) for values in found]

    def _parameters(self, row: dict[str, Any]) -> tuple[Any, ...]:
        values = self._in_order(self._constants | row if self._constants else row)
        return _converted((values,) if self._is_single else values, self._binding)


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Store rows that all name the same columns."""
    _inserting(table, tuple(rows[0]), connection.dialect.name).run(connection, rows)


def update_rows(connection: Connection, statement: Update, rows: Sequence[dict[str, Any]]) -> None:
    """Run an update with bind parameters for each row; `statement` must be made once."""
    _compiled(statement, connection.dialect.name).run(connection, rows)


def select_rows(connection: Connection, statement: SelectBase, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query finds, in the order of its columns; `statement` must be made once."""
    return _compiled(statement, connection.dialect.name).fetch(connection, parameters)


@lru_cache(maxsize=MOST_KEPT)
def _inserting(table: Table, columns: tuple[str, ...], dialect: str) -> RowStatement:
    return RowStatement(insert(table), _DIALECTS[dialect], columns)


@lru_cache(maxsize=MOST_KEPT)
def _compiled(statement: Update | SelectBase, dialect: str) -> RowStatement:
    return RowStatement(statement, _DIALECTS[dialect])


@contextmanager
def _cursor(connection: Connection, text: str) -> Iterator[Any]:
    """The driver's own, with errors turned into SQLAlchemy's, and a connection that was lost given up."""
    dialect, raw = connection.dialect, connection.connection
    driver: Any = dialect.loaded_dbapi
    cursor = raw.cursor()
    try:
        yield cursor
    except driver.Error as error:
        is_lost = dialect.is_disconnect(error, raw.dbapi_connection, cursor)
        if is_lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, driver.Error, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect
        ) from error
    finally:
        cursor.close()


def _converted(values: Sequence[Any], conversions: Conversions) -> tuple[Any, ...]:
    changed = list(values)
    for place, convert in conversions:
        changed[place] = convert(changed[place])
    return tuple(changed)


def _binding(types: Sequence[TypeEngine[Any]], dialect: Dialect) -> Conversions:
    found = ((place, type.dialect_impl(dialect).bind_processor(dialect)) for place, type in enumerate(types))
    return [(place, convert) for place, convert in found if convert is not None]


def _reading(types: Sequence[TypeEngine[Any]], dialect: Dialect) -> Conversions:
    """Both drivers give a float as one; SQLAlchemy would decide that anew by each result's type code."""
    found = (
        (place, type.dialect_impl(dialect).result_processor(dialect, None))
        for place, type in enumerate(types)
        if not isinstance(type, Float)
    )
    return [(place, convert) for place, convert in found if convert is not None]
