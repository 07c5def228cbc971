"""Rebuilds the index from the chunk table: the next generation beside the one that is searched, then one number."""

from sqlalchemy import Connection, Row, insert, select, update

from baton.core.database import Database
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.knowledge.encoding import index_vectors
from baton.knowledge.index import Index
from baton.knowledge.lexical import Lexical
from baton.knowledge.library import CHUNKS, STATE, record
from baton.knowledge.minilm import DIMENSIONS
from baton.knowledge.records import KnowledgeState

AT_ONCE = 1000


async def rebuild(database: Database, writer: Writer, index: Index, lexical: Lexical) -> dict[str, int]:
    """Fill the next generation from the stored vectors, make the word tables anew, swap: {"chunks", "generation"}."""
    await writer.run(lambda tx: lexical.rebuild(tx.connection))
    generation = await database.read(generation_of) + 1
    chunks, last = 0, 0
    while rows := await database.read(lambda connection, after=last: _next(connection, after)):  # type: ignore[misc]
        for audience in sorted({row.audience for row in rows}):
            known = [row for row in rows if row.audience == audience and row.vector]
            if known:
                vectors = index_vectors([row.vector for row in known], DIMENSIONS)
                await index.add([row.id for row in known], vectors, audience, generation)
        chunks, last = chunks + len(rows), rows[-1].id
    await writer.run(lambda tx: _swap(tx, generation, chunks))
    await index.use(generation)
    return {"chunks": chunks, "generation": generation}


def generation_of(connection: Connection) -> int:
    """Which generation of the index is searched."""
    return connection.execute(select(STATE.c.index_generation).where(STATE.c.id == 1)).scalar() or 0


def _next(connection: Connection, after: int) -> list[Row[tuple[int, str, bytes]]]:
    query = select(CHUNKS.c.id, CHUNKS.c.audience, CHUNKS.c.vector).where(CHUNKS.c.id > after)
    return list(connection.execute(query.order_by(CHUNKS.c.id).limit(AT_ONCE)))


def _swap(tx: Transaction, generation: int, chunks: int) -> None:
    changed = tx.connection.execute(update(STATE).where(STATE.c.id == 1).values(index_generation=generation))
    if not changed.rowcount:
        tx.connection.execute(insert(STATE), [KnowledgeState(index_generation=generation).model_dump()])
    record(tx, "index.rebuilt", Author.system(), None, generation=generation, chunks=chunks)
