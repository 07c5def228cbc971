"""How queued documents become published ones: claimed, read elsewhere, stored beside the old version, published.

The claim is a lease that the worker renews: a killed worker's documents come back when theirs runs out, and what it
stored counts for nothing. Every step looks whether the work is still wanted, so that a newer version always wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from baton.core.claims import claim_due
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.knowledge.arrivals import Arrival
from baton.knowledge.chunking import Piece
from baton.knowledge.encoding import Encoded
from baton.knowledge.lexical import Lexical
from baton.knowledge.library import CHUNKS, DOCUMENTS, FILES, TOPIC, forget_chunks, keep_file, record
from baton.knowledge.records import Document

LEASE_SECONDS = 60
MOST_ATTEMPTS = 3
RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk about to be stored."""

    piece: Piece
    encoded: Encoded


@dataclass(frozen=True, slots=True)
class Claimed:
    """A document's version that a worker has taken to index."""

    worker: str
    id: str
    version: int
    kind: str
    title: str
    source: str
    attempts: int


def claim(tx: Transaction, worker: str, limit: int) -> list[Claimed]:
    """Take queued documents to read; those whose worker went away come back when their lease runs out."""
    taken = claim_due(tx.connection, Document, now=tx.now, worker=worker, lease_seconds=LEASE_SECONDS, limit=limit)
    ids = [row["id"] for row in taken]
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id.in_(ids)).values(status="reading", updated_at=tx.now))
    if ids:
        tx.notify(TOPIC, ids=ids, status="reading")
    query = select(DOCUMENTS).where(DOCUMENTS.c.id.in_(ids)).order_by(DOCUMENTS.c.created_at, DOCUMENTS.c.id)
    return [_claimed(worker, row) for row in tx.connection.execute(query)]


def content_of(connection: Connection, work: Claimed) -> bytes | None:
    """The bytes of the version that was claimed; None when the document is gone."""
    version = (FILES.c.document_id == work.id) & (FILES.c.version == work.version)
    content: bytes | None = connection.execute(select(FILES.c.content).where(version)).scalar_one_or_none()
    return content


def deliver(tx: Transaction, work: Claimed, arrival: Arrival) -> Claimed | None:
    """Give a claimed page the bytes that were fetched for it, to be read now.

    None when there is nothing more to do: it is no longer wanted, or says what its published version says already.
    """
    row = _wanted_row(tx, work)
    if row is None:
        return None
    if arrival.problem is not None:
        fail(tx, work, arrival.problem.sentence)
        return None
    if row.sha256 == arrival.sha256 and row.version:
        _settle(tx, work, status="indexed", error=None, newest_version=row.version, kind=arrival.kind)
        tx.notify(TOPIC, ids=[work.id], status="indexed")
        return None
    keep_file(tx, work.id, work.version, arrival)
    values = {"kind": arrival.kind, "sha256": arrival.sha256, "title": row.title if row.version else arrival.title}
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == work.id).values(**values))
    return replace(work, kind=arrival.kind, title=arrival.title)


def keep_claim(tx: Transaction, work: Claimed) -> bool:
    """Push the lease's end back while reading goes on; False when the work is no longer wanted."""
    if not _is_wanted(tx, work):
        return False
    until = tx.now + timedelta(seconds=LEASE_SECONDS)
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == work.id).values(claimed_until=until))
    return True


def store(tx: Transaction, lexical: Lexical, work: Claimed, audience: str, chunks: Sequence[NewChunk]) -> list[int]:
    """Store a version's chunks, unpublished, in place of what an earlier attempt left; their ids, in order.

    Nothing is stored, and nothing returned, when the work is no longer wanted.
    """
    if not _is_wanted(tx, work):
        return []
    forget_chunks(tx, lexical, (CHUNKS.c.document_id == work.id) & (CHUNKS.c.version == work.version))
    rows = [_chunk_row(work, ordinal, audience, chunk) for ordinal, chunk in enumerate(chunks)]
    made = tx.connection.execute(insert(CHUNKS).returning(CHUNKS.c.id, sort_by_parameter_order=True), rows)
    ids = [row.id for row in made]
    lexical.refresh(tx.connection, ids)
    return ids


def publish(
    tx: Transaction, lexical: Lexical, work: Claimed, title: str, audience: str, chunks: int, note: str | None
) -> bool:
    """Make the stored version the one that is searched; False, and nothing changed, when a newer one has come."""
    row = _wanted_row(tx, work)
    if row is None:
        return False
    published = {"version": work.version, "chunks": chunks, "title": title, "audience": audience, "note": note}
    _settle(tx, work, status="indexed", error=None, **published)
    _forget_older(tx, lexical, work)
    record(tx, "document.published", Author.system(), work.id, title=title, version=work.version, chunks=chunks)
    tx.notify(TOPIC, ids=[work.id], status="indexed")
    return True


def fail(tx: Transaction, work: Claimed, sentence: str) -> None:
    """This version can't be read. What was published before stays published."""
    if _is_wanted(tx, work):
        _settle(tx, work, status="failed", error=sentence)
        record(tx, "document.failed", Author.system(), work.id, version=work.version, error=sentence)
        tx.notify(TOPIC, ids=[work.id], status="failed")


def put_back(tx: Transaction, work: Claimed) -> None:
    """Let go of work that met trouble of our own, to be tried again later; after some attempts it has failed."""
    if work.attempts >= MOST_ATTEMPTS:
        fail(tx, work, "Indexing this file failed several times on our side. The log says why; then add it again.")
    elif _is_wanted(tx, work):
        due = tx.now + timedelta(seconds=RETRY_SECONDS)
        free = {"claimed_by": None, "claimed_until": None, "status": "queued", "due_at": due}
        tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == work.id).values(**free))


def _claimed(worker: str, row: Row[Any]) -> Claimed:
    work = (worker, row.id, row.newest_version, row.kind, row.title, row.source, row.attempts)
    return Claimed(*work)


def _wanted_row(tx: Transaction, work: Claimed) -> Row[Any] | None:
    """The document's row, if it is still there, this version is still its newest, and the lease is still ours."""
    version = (DOCUMENTS.c.id == work.id) & (DOCUMENTS.c.newest_version == work.version)
    ours = (DOCUMENTS.c.claimed_by == work.worker) & (DOCUMENTS.c.status == "reading")
    return tx.connection.execute(select(DOCUMENTS).where(version, ours).with_for_update()).first()


def _is_wanted(tx: Transaction, work: Claimed) -> bool:
    return _wanted_row(tx, work) is not None


def _settle(tx: Transaction, work: Claimed, **values: Any) -> None:
    free = {"due_at": None, "claimed_by": None, "claimed_until": None, "updated_at": tx.now}
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == work.id).values(**values, **free))


def _forget_older(tx: Transaction, lexical: Lexical, work: Claimed) -> None:
    forget_chunks(tx, lexical, (CHUNKS.c.document_id == work.id) & (CHUNKS.c.version != work.version))
    tx.connection.execute(delete(FILES).where(FILES.c.document_id == work.id, FILES.c.version != work.version))


def _chunk_row(work: Claimed, ordinal: int, audience: str, chunk: NewChunk) -> dict[str, Any]:
    return {
        "document_id": work.id,
        "version": work.version,
        "ordinal": ordinal,
        "place": chunk.piece.place,
        "text": chunk.piece.text,
        "audience": audience,
        "vector": chunk.encoded.vector,
        "sentences": chunk.encoded.sentences,
        "sentence_vectors": chunk.encoded.sentence_vectors,
    }
