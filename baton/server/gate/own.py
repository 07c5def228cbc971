"""The installation's published documents, copied into the gate's folder with their vectors, so that nothing is read or
embedded anew. The installation is only read."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert, select
from sqlalchemy.exc import DBAPIError

from baton.assistant.learnt import NAME as CALIBRATION
from baton.assistant.pausing import SETTINGS
from baton.core.errors import BatonError, ConfigurationError
from baton.core.transaction import Transaction
from baton.knowledge.library import CHUNKS, DOCUMENTS, STATE
from baton.server.config import Config
from baton.server.gate.stage import Prepare
from baton.server.ground import Ground

AT_ONCE = 500
_AT_REST = {"status": "indexed", "error": None, "due_at": None, "claimed_by": None, "claimed_until": None}
Rows = Sequence[dict[str, Any]]


def copied_from(config: Config, data: Path) -> Prepare:
    """Fills a database with the documents that the installation answers from now.

    Raises ConfigurationError where there are none, BatonError where they can't be read.
    """
    engine = _open(config.database.url, data)
    try:
        with engine.connect() as connection:
            published = _published(connection)
    except DBAPIError as error:
        first = str(error.orig).strip().partition("\n")[0].rstrip(".")
        raise BatonError(f"The installation's documents can't be read: {first}. Does `baton doctor` pass?") from error
    finally:
        engine.dispose()
    if not published[DOCUMENTS]:
        raise ConfigurationError("The installation has no documents to measure on. Add them with `baton add`.")
    return partial(_fill, published)


def _open(url: str, data: Path) -> Engine:
    """Connections that can't write."""
    if url.startswith("postgresql"):
        options = {"options": "-c default_transaction_read_only=on"}
        address = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(address, hide_parameters=True, connect_args=options)
    file = data / "baton.db" if url == "sqlite" else Path(url.removeprefix("sqlite:///"))
    if not file.exists():
        raise ConfigurationError(f"{file} does not exist. Name the folder that holds your documents with --data.")
    # Without a log of changes beside it nobody writes, and reading it as immutable leaves no file behind either.
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "immutable=1"
    return create_engine(f"sqlite:///file:{file.absolute()}?{how}&uri=true", hide_parameters=True)


def _published(connection: Connection) -> dict[Table, Rows]:
    """What visitors are answered from now, and by which calibration."""
    documents = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.version > 0)).mappings().all()
    current = (CHUNKS.c.document_id == DOCUMENTS.c.id) & (CHUNKS.c.version == DOCUMENTS.c.version)
    chunks = connection.execute(select(CHUNKS).join(DOCUMENTS, current)).mappings().all()
    state = connection.execute(select(STATE)).mappings().all()
    at_rest = [dict(row) | _AT_REST | {"newest_version": row["version"]} for row in documents]
    calibration = connection.execute(select(SETTINGS).where(SETTINGS.c.name == CALIBRATION)).mappings().all()
    return {
        DOCUMENTS: at_rest,
        CHUNKS: [dict(row) for row in chunks],
        STATE: [dict(row) | {"index_generation": 0} for row in state],
        SETTINGS: [dict(row) for row in calibration],
    }


def _fill(published: Mapping[Table, Rows], ground: Ground) -> None:
    for table, rows in published.items():
        for start in range(0, len(rows), AT_ONCE):
            ground.writer.run_sync(partial(_insert, table, rows[start : start + AT_ONCE]))


def _insert(table: Table, rows: Rows, tx: Transaction) -> None:
    tx.connection.execute(insert(table), list(rows))
