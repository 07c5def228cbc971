"""A library over a real database with a clock that is set, and short words for adding and looking."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from baton.core.bus import LocalBus
from baton.core.clock import SetClock
from baton.core.database import Database, open_database
from baton.core.heads import HeadFile
from baton.core.keys import load_keys
from baton.core.log import Author
from baton.core.records import INSTALLATION
from baton.core.transaction import EVENTS, read_event
from baton.core.writer import Writer
from baton.knowledge.arrivals import from_upload
from baton.knowledge.documents import Documents
from baton.knowledge.index import NoIndex
from baton.knowledge.indexing import Indexer
from baton.knowledge.lexical import Lexical
from baton.knowledge.library import CHUNKS, DOCUMENTS, Receipt
from baton.knowledge.settings import KnowledgeSettings
from baton.knowledge.vectors import Vectors

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWNER = Author.agent("stf_owner")


class RememberingIndex(NoIndex):
    """An index that only remembers what it was told to keep and to forget."""

    def __init__(self) -> None:
        self.kept: dict[str, set[int]] = {"public": set(), "staff": set()}

    async def add(self, ids: Any, vectors: Vectors, audience: str, generation: int | None = None) -> None:
        self.kept[audience] |= set(ids)

    async def remove(self, ids: Any) -> None:
        for kept in self.kept.values():
            kept -= set(ids)


@dataclass
class World:
    """Everything a story about documents needs."""

    database: Database
    writer: Writer
    bus: LocalBus
    clock: SetClock
    settings: KnowledgeSettings
    lexical: Lexical
    index: RememberingIndex
    documents: Documents
    indexer: Indexer

    async def upload(self, name: str, content: str | bytes) -> list[Receipt]:
        """Add a file as the page does."""
        raw = content.encode() if isinstance(content, str) else content
        return [receipt async for receipt in self.documents.add(from_upload(name, raw), OWNER)]

    async def learn(self, name: str, content: str | bytes) -> dict[str, Any]:
        """Add a file and index it; the document."""
        receipts = await self.upload(name, content)
        await self.index_all()
        return await self.documents.find(receipts[0].id)

    async def index_all(self) -> None:
        """Index until nothing is due."""
        while await self.indexer.index_due():
            pass

    def texts(self, document: str | None = None) -> list[str]:
        """The chunks that count: those of published versions."""
        published = (CHUNKS.c.document_id == DOCUMENTS.c.id) & (CHUNKS.c.version == DOCUMENTS.c.version)
        query = select(CHUNKS.c.text).join(DOCUMENTS, published).order_by(CHUNKS.c.id)
        query = query if document is None else query.where(DOCUMENTS.c.id == document)
        return self.database.read_sync(lambda connection: list(connection.execute(query).scalars()))

    def chunk_ids(self, document: str) -> set[int]:
        query = select(CHUNKS.c.id).where(CHUNKS.c.document_id == document)
        return self.database.read_sync(lambda connection: set(connection.execute(query).scalars()))

    def logged(self) -> list[str]:
        """The kinds of what was written in the installation's log about documents."""
        query = select(EVENTS).where(EVENTS.c.conversation_id == INSTALLATION).order_by(EVENTS.c.seq)
        return self.database.read_sync(lambda connection: [read_event(row).kind for row in connection.execute(query)])

    def another_indexer(self) -> Indexer:
        """A worker as another process would be."""
        return Indexer(
            self.database, self.writer, self.settings, embedding=None, index=self.index, lexical=self.lexical
        )


async def open_world(url: str, folder: Path, settings: KnowledgeSettings) -> AsyncIterator[World]:
    database, clock, bus = open_database(url, folder), SetClock(START), LocalBus()
    SQLModel.metadata.create_all(database.writing)
    lexical = Lexical(database.dialect)
    with database.writing.begin() as connection:
        lexical.create(connection)
    writer = Writer(database, load_keys(folder / "keys.json"), clock, bus, HeadFile(folder / "heads"))
    writer.start()
    index = RememberingIndex()
    documents = Documents(database, writer, settings, index=index, lexical=lexical)
    indexer = Indexer(database, writer, settings, embedding=None, index=index, lexical=lexical)
    yield World(database, writer, bus, clock, settings, lexical, index, documents, indexer)
    await indexer.close()
    writer.close()
    database.close()
