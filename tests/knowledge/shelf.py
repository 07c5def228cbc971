"""A searchable shelf: documents put straight into the tables and the index, without files or workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Table, delete, insert, update
from sqlmodel import SQLModel

from baton.core.database import Database
from baton.knowledge.embedding import Embedding
from baton.knowledge.encoding import encode, index_vectors
from baton.knowledge.index import Index
from baton.knowledge.lexical import Lexical
from baton.knowledge.records import PUBLIC, STAFF, Chunk, Document
from baton.knowledge.search import Passage, Search, Utterance
from baton.knowledge.settings import DocumentRule

DOCUMENTS: Table = Document.__table__  # type: ignore[attr-defined]
CHUNKS: Table = Chunk.__table__  # type: ignore[attr-defined]
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
EVERYBODY = frozenset({PUBLIC})
COLLEAGUES = frozenset({PUBLIC, STAFF})


@dataclass
class Shelf:
    database: Database
    lexical: Lexical
    index: Index
    embedding: Embedding | None
    search: Search

    async def put(
        self, id: str, title: str, *texts: str, audience: str = PUBLIC, version: int = 1, published: bool = True
    ) -> list[int]:
        """Store a version of a document, a chunk a text; the chunks' ids."""
        pieces = [(title, text) for text in texts]
        encoded = await encode(self.embedding, pieces)
        with self.database.writing.begin() as connection:
            values = {"title": title, "audience": audience, "chunks": len(texts)}
            if version == 1:
                row = {"id": id, "identity": id, "external_id": id, "source": id, "kind": "text", "status": "indexed"}
                dates = {"created_at": WRITTEN, "updated_at": WRITTEN}
                newest = {"newest_version": 1, "version": 0}
                connection.execute(insert(DOCUMENTS).values(**row, **dates, **values, **newest))
            ids = []
            for ordinal, ((place, text), made) in enumerate(zip(pieces, encoded, strict=True)):
                chunk = {"document_id": id, "version": version, "ordinal": ordinal, "place": place, "text": text}
                vectors = {"vector": made.vector, "sentence_vectors": made.sentence_vectors}
                spans = {"audience": audience, "sentences": made.sentences}
                row_id = connection.execute(insert(CHUNKS).values(**chunk, **vectors, **spans).returning(CHUNKS.c.id))
                ids.append(int(row_id.scalar_one()))
            self.lexical.refresh(connection, ids)
        if self.embedding is not None:
            await self.index.add(ids, index_vectors([made.vector for made in encoded], 384), audience)
        if published:
            self.publish(id, version)
        return ids

    def publish(self, id: str, version: int) -> None:
        with self.database.writing.begin() as connection:
            connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == id).values(version=version))

    def drop_rows(self, id: str) -> None:
        """Remove a document's rows alone, as if the indexes had not been swept yet."""
        with self.database.writing.begin() as connection:
            connection.execute(delete(CHUNKS).where(CHUNKS.c.document_id == id))
            connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id == id))

    async def ask(
        self,
        query: str,
        *said: str,
        audiences: frozenset[str] = EVERYBODY,
        limit: int = 8,
        sources: Sequence[DocumentRule] = (),
    ) -> tuple[Passage, ...]:
        """Search, after things that visitor and assistant said in turn."""
        history = [Utterance(("visitor", "assistant")[turn % 2], text) for turn, text in enumerate(said)]
        found = await self.search.search(query, history, audiences=audiences, limit=limit, sources=sources)
        return found.passages


def open_shelf(database: Database, index: Index, embedding: Embedding | None) -> Shelf:
    """An empty shelf."""
    SQLModel.metadata.create_all(database.writing)
    lexical = Lexical(database.dialect)
    with database.writing.begin() as connection:
        lexical.create(connection)
    return Shelf(database, lexical, index, embedding, Search(database, lexical, index, embedding))


def found(passages: Sequence[Passage]) -> list[str]:
    """The documents, in order."""
    return [passage.document for passage in passages]
