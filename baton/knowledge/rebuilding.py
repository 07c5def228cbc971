"""Rebuilds the index from the chunk table: the next generation beside the one that is searched, then one number.

Whoever serves follows that number, so that every process searches and fills the same generation.
"""

import asyncio
from contextlib import suppress
from functools import partial

from sqlalchemy import Connection, Row, func, insert, select, update

from baton.core.bus import Bus
from baton.core.database import Database
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.knowledge.encoding import index_vectors
from baton.knowledge.index import Index
from baton.knowledge.lexical import Lexical
from baton.knowledge.library import CHUNKS, STATE, record
from baton.knowledge.minilm import DIMENSIONS
from baton.knowledge.records import AUDIENCES, KnowledgeState

AT_ONCE = 1000
TOPIC = "index"
LOOK_AGAIN_SECONDS = 2.0


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


async def follow(database: Database, writer: Writer, index: Index, lexical: Lexical, bus: Bus) -> None:
    """Search the generation that another process made current, for ever; what was added meanwhile is added to it."""
    async with bus.subscribe(TOPIC) as notices:
        while True:
            generation = await database.read(generation_of)
            if generation != index.generation:
                await index.use(generation)
                await reconcile(database, writer, index, lexical)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await anext(notices)


async def reconcile(database: Database, writer: Writer, index: Index, lexical: Lexical) -> int:
    """Put right what a crash left between the chunk table and its two indexes; returns how many chunks that were.

    The index is read first: what another process adds meanwhile is in the table before it is in the index.
    """
    words = await database.read(lexical.missing)
    if words:
        await writer.run(lambda tx: lexical.refresh(tx.connection, words))
    mended = len(words)
    for audience in sorted(AUDIENCES):
        indexed = await index.ids(audience)
        stored = await database.read(partial(_with_vectors, audience))
        await index.remove(sorted(indexed - stored))
        mended += len(indexed - stored) + await _add_missing(database, index, audience, sorted(stored - indexed))
    return mended


async def count_missing(database: Database, index: Index) -> int:
    """How many chunks the index should find and does not hold."""
    missing = 0
    for audience in sorted(AUDIENCES):
        missing += len(await database.read(partial(_with_vectors, audience)) - await index.ids(audience))
    return missing


async def _add_missing(database: Database, index: Index, audience: str, ids: list[int]) -> int:
    for start in range(0, len(ids), AT_ONCE):
        some = select(CHUNKS.c.id, CHUNKS.c.vector).where(CHUNKS.c.id.in_(ids[start : start + AT_ONCE]))
        rows = await database.read(lambda connection, query=some: connection.execute(query).all())  # type: ignore[misc]
        vectors = index_vectors([row.vector for row in rows], DIMENSIONS)
        await index.add([row.id for row in rows], vectors, audience)
    return len(ids)


def _with_vectors(audience: str, connection: Connection) -> set[int]:
    query = select(CHUNKS.c.id).where(CHUNKS.c.audience == audience, func.length(CHUNKS.c.vector) > 0)
    return set(connection.execute(query).scalars())


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
    tx.notify(TOPIC, generation=generation)
    record(tx, "index.rebuilt", Author.system(), None, generation=generation, chunks=chunks)
