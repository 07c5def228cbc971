"""Connections to SQLite (WAL, FULL) or PostgreSQL: one engine for the writer, a pool of readers in threads.

Errors name statements, never their parameters: those are what visitors wrote, and a log is no place for it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

T = TypeVar("T")
READERS = 4
CHECKPOINT = "wal_autocheckpoint=4000"
"""Pages of 4 KB. Every commit writes the same index pages anew, so copying them back four times less often than SQLite
does by itself saves a tenth of the writer's time; the log file grows to 16 MB."""


class Database:
    """The engines of one process. Reads are consistent snapshots; writes go through `Writer` alone."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect: Literal["sqlite", "postgresql"] = "sqlite" if url.startswith("sqlite") else "postgresql"
        self.writing = _sqlite_engine(url, "IMMEDIATE") if self.dialect == "sqlite" else _postgresql_engine(url)
        self._reading = _sqlite_engine(url, "DEFERRED") if self.dialect == "sqlite" else _reading_engine(url)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` in a reader thread, inside one snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read_sync, query)

    def read_sync(self, query: Callable[[Connection], T]) -> T:
        """The same in this thread, for the command line and the writer's callers that have no loop."""
        with self._reading.connect() as connection:
            try:
                return query(connection)
            finally:
                connection.rollback()

    def close(self) -> None:
        """Let readers finish, then give every connection back."""
        self._threads.shutdown(wait=True)
        self._reading.dispose()
        if self.dialect == "sqlite":
            self._checkpoint()
        self.writing.dispose()

    def _checkpoint(self) -> None:
        connection = self.writing.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def open_database(url: str, data: Path) -> Database:
    """The database that `database.url` names; `sqlite` is the file `baton.db` in the data folder."""
    if url == "sqlite":
        data.mkdir(parents=True, exist_ok=True)
        return Database(f"sqlite:///{data / 'baton.db'}")
    return Database(url.replace("postgresql://", "postgresql+psycopg://", 1))


def _sqlite_engine(url: str, begin: str) -> Engine:
    """The driver's own transactions are switched off: they read outside the transaction they later write in."""
    engine = create_engine(
        url,
        poolclass=QueuePool,
        hide_parameters=True,
        pool_size=READERS + 1,
        max_overflow=8,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 30},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", CHECKPOINT):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _postgresql_engine(url: str) -> Engine:
    return create_engine(url, pool_size=2, max_overflow=2, pool_pre_ping=True, hide_parameters=True)


def _reading_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=READERS,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args={"options": "-c default_transaction_read_only=on"},
    )
