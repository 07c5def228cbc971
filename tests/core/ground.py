"""A database with its writer and a set clock, for tests of what stands on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import SQLModel

import baton.core.records  # noqa: F401  (defines the tables)
from baton.core.bus import LocalBus
from baton.core.clock import SetClock
from baton.core.database import Database, open_database
from baton.core.heads import HeadFile
from baton.core.keys import load_keys
from baton.core.records import INSTALLATION
from baton.core.transaction import EVENTS
from baton.core.writer import Writer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Ground:
    """What core gives the other packages."""

    database: Database
    writer: Writer
    bus: LocalBus
    clock: SetClock

    def recorded(self) -> list[str]:
        """The kinds of the installation's log, in order."""
        query = select(EVENTS.c.kind).where(EVENTS.c.conversation_id == INSTALLATION).order_by(EVENTS.c.seq)
        return list(self.database.read_sync(lambda connection: connection.execute(query).scalars().all()))


@contextmanager
def open_ground(url: str, folder: Path) -> Iterator[Ground]:
    database, clock, bus = open_database(url, folder), SetClock(START), LocalBus()
    SQLModel.metadata.create_all(database.writing)
    writer = Writer(database, load_keys(folder / "keys.json"), clock, bus, HeadFile(folder / "heads"))
    writer.start()
    try:
        yield Ground(database, writer, bus, clock)
    finally:
        writer.close()
        database.close()
