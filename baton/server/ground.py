"""Opens what every command stands on: the data folder, keys, database, bus and the writer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from baton.core.bus import LocalBus
from baton.core.clock import Clock, SystemClock
from baton.core.database import Database, open_database
from baton.core.errors import BatonError, ConfigurationError
from baton.core.heads import HeadFile
from baton.core.keys import Keys, load_keys
from baton.core.writer import Writer
from baton.server.config import Config
from baton.server.owner import NoticeSender
from baton.server.schema import prepare_schema

if TYPE_CHECKING:
    from baton.core.redis_bus import RedisBus

HEADS_FILE = "heads.txt"
KEYS_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class Ground:
    """Open for the length of a command, or of the server's life."""

    config: Config
    data: Path
    keys: Keys
    clock: Clock
    database: Database
    bus: LocalBus | RedisBus
    writer: Writer


@contextmanager
def open_ground(config: Config, data: Path, *, serving: bool = False, clock: Clock | None = None) -> Iterator[Ground]:
    """Open, and close in the right order. A command tells a server on the same folder what it wrote.

    Raises ConfigurationError when the database's schema is not this version's, BatonError when it does not answer.
    """
    data.mkdir(parents=True, exist_ok=True)
    keys = load_keys(data / KEYS_FILE)
    database = open_database(config.database.url, data)
    _prepare(database)
    bus = _open_bus(config, data, serving)
    writer = Writer(database, keys, clock or SystemClock(), bus, HeadFile(data / HEADS_FILE))
    writer.start()
    try:
        yield Ground(config, data, keys, clock or SystemClock(), database, bus, writer)
    finally:
        writer.close()
        bus.close()
        database.close()


def _prepare(database: Database) -> None:
    try:
        prepare_schema(database)
    except OperationalError as error:
        database.close()
        first = str(error.orig).strip().partition("\n")[0].rstrip(".")
        raise BatonError(f"The database does not answer: {first}. Start it, or correct database.url.") from error
    except ConfigurationError:
        database.close()
        raise


def _open_bus(config: Config, data: Path, serving: bool) -> LocalBus | RedisBus:
    """Redis is loaded only where it is used: most commands are over before it would be."""
    if config.bus.url != "local":
        from baton.core.redis_bus import RedisBus

        return RedisBus(config.bus.url)
    return LocalBus() if serving else NoticeSender(data)
