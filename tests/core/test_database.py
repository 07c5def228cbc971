"""SQLite is opened so that what is acknowledged stays, and readers don't wait for the writer."""

from pathlib import Path

import pytest
from sqlalchemy import text

from baton.core.database import open_database

SET_UP = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000, "wal_autocheckpoint": 4000}


@pytest.mark.parametrize(("pragma", "value"), SET_UP.items())
def test_every_connection_is_set_up(tmp_path: Path, pragma: str, value: str | int) -> None:
    database = open_database("sqlite", tmp_path)
    try:
        with database.writing.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
        assert database.read_sync(lambda read: read.execute(text(f"PRAGMA {pragma}")).scalar_one()) == value
    finally:
        database.close()
