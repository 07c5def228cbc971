"""What goes straight to the driver is stored as SQLAlchemy would have stored it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, literal, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from baton.core.records import Setting
from baton.core.rows import insert_rows, select_rows, update_rows
from tests.core.ground import open_ground

SETTINGS = Setting.__table__  # type: ignore[attr-defined]
AT = datetime(2026, 3, 2, 9, 0, 0, 7, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 10, tzinfo=UTC)
RESET = update(SETTINGS).where(SETTINGS.c.name == bindparam("key"), SETTINGS.c.at == bindparam("then"))
RESET = RESET.values(value={"reset": True}, at=bindparam("now"))


@pytest.fixture
def connection(database_url: str, tmp_path: Path) -> Iterator[Connection]:
    with open_ground(database_url, tmp_path) as ground, ground.database.writing.begin() as connection:
        yield connection


def _row(name: str) -> dict[str, Any]:
    return {"at": AT, "name": name, "value": {"b": 1, "a": "50 % of ?"}}


def _stored(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(SETTINGS).order_by(SETTINGS.c.name))]


@pytest.mark.parametrize("count", [1, 3])
def test_rows_are_stored_with_their_columns_types(connection: Connection, count: int) -> None:
    names = ["one", "three", "two"][:count]
    insert_rows(connection, SETTINGS, [_row(name) for name in names])
    assert _stored(connection) == [(name, {"a": "50 % of ?", "b": 1}, AT) for name in names]


def test_a_column_that_is_left_out_of_one_row_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError, match="value"):
        insert_rows(connection, SETTINGS, [_row("one"), {"name": "two", "at": AT}])


def test_an_update_binds_conditions_and_values_and_keeps_its_constants(connection: Connection) -> None:
    insert_rows(connection, SETTINGS, [_row("one"), _row("two"), _row("three")])
    update_rows(
        connection, RESET, [{"key": "one", "then": AT, "now": LATER}, {"key": "two", "then": LATER, "now": LATER}]
    )
    kept = {"a": "50 % of ?", "b": 1}
    assert _stored(connection) == [("one", {"reset": True}, LATER), ("three", kept, AT), ("two", kept, AT)]


def test_what_the_database_refuses_is_an_error_of_sqlalchemy(connection: Connection) -> None:
    savepoint = connection.begin_nested()
    with pytest.raises(IntegrityError):
        insert_rows(connection, SETTINGS, [_row("one"), _row("one")])
    savepoint.rollback()
    assert _stored(connection) == []


def test_a_query_gives_values_in_their_columns_types(connection: Connection) -> None:
    insert_rows(connection, SETTINGS, [_row("one"), _row("two")])
    query = select(SETTINGS.c.at, SETTINGS.c.value, literal(1.5)).where(SETTINGS.c.name == bindparam("key"))
    assert select_rows(connection, query, {"key": "two"}) == [(AT, {"a": "50 % of ?", "b": 1}, 1.5)]
    assert select_rows(connection, query, {"key": "none"}) == []


def test_a_connection_that_was_lost_is_given_up(database_url: str, tmp_path: Path) -> None:
    """The writer tells by it that nobody was there, and the next transaction gets a new connection."""
    if database_url.startswith("sqlite"):
        pytest.skip("A file is not lost.")
    with open_ground(database_url, tmp_path) as ground, ground.database.writing.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with ground.database.writing.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        with pytest.raises(OperationalError) as lost:
            select_rows(connection, select(SETTINGS.c.name), {})
        assert lost.value.connection_invalidated
        assert connection.invalidated
