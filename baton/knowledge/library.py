"""The only write path of the knowledge base, with `publishing`. Each function is a step inside a transaction.

A document's chunks are stored beside the published ones and count for nothing until `publish` raises one number in the
document's row; in that moment the old ones are out of every search, and are deleted. Every change of what is published
is an entry of the installation's log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Table, delete, insert, select, update

from baton.core.errors import NotFound
from baton.core.ids import new_id
from baton.core.log import Author
from baton.core.records import INSTALLATION
from baton.core.transaction import Transaction
from baton.knowledge.arrivals import PAGE, ROW, SITE, UNKNOWN, Arrival
from baton.knowledge.audiences import audience_of, digest_of_rules
from baton.knowledge.lexical import Lexical
from baton.knowledge.records import STAFF, Chunk, Document, DocumentFile, KnowledgeState
from baton.knowledge.settings import AudienceRule

DOCUMENTS: Table = Document.__table__  # type: ignore[attr-defined]
FILES: Table = DocumentFile.__table__  # type: ignore[attr-defined]
CHUNKS: Table = Chunk.__table__  # type: ignore[attr-defined]
STATE: Table = KnowledgeState.__table__  # type: ignore[attr-defined]

TOPIC = "documents"
_NO_CHUNKS = {"version": 0, "chunks": 0}

Outcome = Literal["added", "changed", "unchanged", "same", "retried"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival: a new document, a new version, or one that was there ("same": under another name)."""

    id: str
    source: str
    outcome: Outcome
    status: str


def accept(tx: Transaction, arrival: Arrival, rules: Sequence[AudienceRule], author: Author) -> Receipt:
    """Take an arrival in: queue it, unless these very bytes are there already."""
    known = tx.connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.identity == arrival.identity)).first()
    if known is None:
        twin = _twin(tx, arrival)
        return _add(tx, arrival, rules, author) if twin is None else _retry_failed(tx, twin, arrival, "same")
    if known.sha256 == arrival.sha256:
        return _retry_failed(tx, known, arrival, "unchanged")
    return _renew(tx, known, arrival, author)


def remove(tx: Transaction, lexical: Lexical, id: str, author: Author) -> list[int]:
    """Delete a document with its files and chunks; the ids of the chunks that are gone. Raises NotFound."""
    row = find(tx, id)
    gone = forget_chunks(tx, lexical, CHUNKS.c.document_id == id)
    tx.connection.execute(delete(FILES).where(FILES.c.document_id == id))
    tx.connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id == id))
    record(tx, "document.removed", author, id, title=row.title, source=row.source)
    tx.notify(TOPIC, ids=[id], status="removed")
    return gone


def expect_page(tx: Transaction, url: str, kind: Literal["page", "site"], author: Author) -> Receipt:
    """Queue an address to be fetched; a `site` is followed from there. What it says decides whether it has changed."""
    identity = f"url:{url}"
    known = tx.connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.identity == identity)).first()
    if known is None:
        values = {"source": url, "url": url, "kind": kind, "created_at": tx.now, "newest_version": 1, "title": url}
        fresh = _NO_CHUNKS | {"sha256": "", "audience": STAFF}
        id = new_id("doc")
        tx.connection.execute(insert(DOCUMENTS), [values | fresh | _queued(tx) | {"id": id, "identity": identity}])
        record(tx, "document.added", author, id, source=url)
        tx.notify(TOPIC, ids=[id], status="queued")
        return Receipt(id, url, "added", "queued")
    if known.status in ("queued", "reading"):
        return Receipt(known.id, url, "unchanged", known.status)
    values = _queued(tx) | {"kind": kind, "newest_version": known.newest_version + 1}
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == known.id).values(**values))
    tx.notify(TOPIC, ids=[known.id], status="queued")
    return Receipt(known.id, url, "retried", "queued")


def read_again(tx: Transaction, ids: Sequence[str] | None = None) -> int:
    """Queue documents to be read again from their kept bytes, each as a new version; all of them without `ids`.

    What was never fetched is fetched.
    """
    query = select(DOCUMENTS).where(DOCUMENTS.c.kind != UNKNOWN)
    rows = tx.connection.execute(query if ids is None else query.where(DOCUMENTS.c.id.in_(ids))).all()
    for row in rows:
        if row.kind in (PAGE, SITE):
            _queue(tx, row.id)
        else:
            _copy_file(tx, row.id, row.newest_version, row.newest_version + 1)
            _queue(tx, row.id, newest_version=row.newest_version + 1)
    tx.notify(TOPIC, ids=[row.id for row in rows], status="queued")
    return len(rows)


def apply_rules(tx: Transaction, lexical: Lexical, rules: Sequence[AudienceRule]) -> dict[str, list[int]]:
    """Mark every document by these rules, if it was others that marked them; moved chunk ids by their new audience.

    Done before anything is served, so that a rule holds from the first answer after it was written.
    """
    digest = digest_of_rules(rules)
    state = tx.connection.execute(select(STATE.c.audience_rules_digest).where(STATE.c.id == 1)).scalar_one_or_none()
    if state == digest:
        return {}
    moved = _mark_all(tx, rules)
    lexical.refresh(tx.connection, [id for ids in moved.values() for id in ids])
    if state is None:
        tx.connection.execute(insert(STATE).values(KnowledgeState(audience_rules_digest=digest).model_dump()))
    else:
        tx.connection.execute(update(STATE).where(STATE.c.id == 1).values(audience_rules_digest=digest))
    counts = {audience: len(ids) for audience, ids in moved.items()}
    record(tx, "audiences.applied", Author.system(), None, rules=digest, chunks=counts)
    return moved


def find(tx: Transaction, id: str) -> Row[Any]:
    """The document's row. Raises NotFound."""
    row = tx.connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == id)).first()
    if row is None:
        raise NotFound(f"There is no document {id}.")
    return row


def forget_chunks(tx: Transaction, lexical: Lexical, which: ColumnElement[bool]) -> list[int]:
    """Delete chunks and their lexical entries; the ids that are gone, whose vectors are swept later."""
    gone = list(tx.connection.execute(select(CHUNKS.c.id).where(which)).scalars())
    if gone:
        tx.connection.execute(delete(CHUNKS).where(which))
        lexical.refresh(tx.connection, gone)
    return gone


def _twin(tx: Transaction, arrival: Arrival) -> Row[Any] | None:
    """A document with the same bytes under another name. Rows are told apart by their ids alone."""
    if arrival.kind == ROW or not arrival.content:
        return None
    same = (DOCUMENTS.c.sha256 == arrival.sha256) & (DOCUMENTS.c.kind != ROW)
    return tx.connection.execute(select(DOCUMENTS).where(same).limit(1)).first()


def _add(tx: Transaction, arrival: Arrival, rules: Sequence[AudienceRule], author: Author) -> Receipt:
    id = new_id("doc")
    values = _arrival_values(tx, arrival) | {
        "id": id,
        "identity": arrival.identity,
        "created_at": tx.now,
        "newest_version": 1,
        "audience": audience_of(arrival.title, arrival.source, rules),
        "title": arrival.title,
    }
    tx.connection.execute(insert(DOCUMENTS), [_NO_CHUNKS | values])
    _insert_file(tx, id, 1, arrival)
    record(tx, "document.added", author, id, source=arrival.source, sha256=arrival.sha256, status=values["status"])
    tx.notify(TOPIC, ids=[id], status=values["status"])
    return Receipt(id, arrival.source, "added", values["status"])


def _renew(tx: Transaction, known: Row[Any], arrival: Arrival, author: Author) -> Receipt:
    version = known.newest_version + 1
    values = _arrival_values(tx, arrival) | {"newest_version": version, "url": arrival.url or known.url}
    if known.version == 0:
        values["title"] = arrival.title
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == known.id).values(**values))
    keep_file(tx, known.id, version, arrival)
    record(tx, "document.changed", author, known.id, source=arrival.source, sha256=arrival.sha256, version=version)
    tx.notify(TOPIC, ids=[known.id], status=values["status"])
    return Receipt(known.id, arrival.source, "changed", values["status"])


def _retry_failed(tx: Transaction, known: Row[Any], arrival: Arrival, outcome: Outcome) -> Receipt:
    """The same bytes again: nothing to do, but what failed is tried once more."""
    if known.status != "failed" or arrival.problem is not None:
        return Receipt(known.id, arrival.source, outcome, known.status)
    _queue(tx, known.id)
    tx.notify(TOPIC, ids=[known.id], status="queued")
    return Receipt(known.id, arrival.source, "retried", "queued")


def _arrival_values(tx: Transaction, arrival: Arrival) -> dict[str, Any]:
    problem = arrival.problem
    return {
        "external_id": arrival.external_id,
        "source": arrival.source,
        "url": arrival.url,
        "kind": arrival.kind,
        "sha256": arrival.sha256,
        "status": "queued" if problem is None else "failed",
        "error": None if problem is None else problem.sentence,
        "updated_at": tx.now,
        "due_at": tx.now if problem is None else None,
        "claimed_by": None,
        "claimed_until": None,
        "attempts": 0,
    }


def _queue(tx: Transaction, id: str, **values: Any) -> None:
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == id).values(**_queued(tx), **values))


def _queued(tx: Transaction) -> dict[str, Any]:
    free = {"claimed_by": None, "claimed_until": None, "attempts": 0}
    return {"status": "queued", "error": None, "due_at": tx.now, "updated_at": tx.now, **free}


def keep_file(tx: Transaction, id: str, version: int, arrival: Arrival) -> None:
    """Keep the bytes; of earlier versions only those that are published or could be again."""
    kept = select(CHUNKS.c.version).where(CHUNKS.c.document_id == id)
    tx.connection.execute(delete(FILES).where(FILES.c.document_id == id, FILES.c.version.not_in(kept)))
    _insert_file(tx, id, version, arrival)


def _insert_file(tx: Transaction, id: str, version: int, arrival: Arrival) -> None:
    row = {"document_id": id, "version": version, "name": arrival.name, "media_type": arrival.media_type}
    content = {"sha256": arrival.sha256, "size": len(arrival.content), "content": arrival.content}
    tx.connection.execute(insert(FILES), [row | content | {"received_at": tx.now}])


def _copy_file(tx: Transaction, id: str, version: int, to: int) -> None:
    columns = [column for column in FILES.c if column.name != "version"]
    kept = (FILES.c.document_id == id) & (FILES.c.version == version)
    row = tx.connection.execute(select(*columns).where(kept)).mappings().one()
    tx.connection.execute(insert(FILES), [dict(row) | {"version": to}])


def _mark_all(tx: Transaction, rules: Sequence[AudienceRule]) -> dict[str, list[int]]:
    columns = (DOCUMENTS.c.id, DOCUMENTS.c.title, DOCUMENTS.c.source, DOCUMENTS.c.audience)
    moved: dict[str, list[int]] = {}
    for row in tx.connection.execute(select(*columns)).all():
        audience = audience_of(row.title, row.source, rules)
        if audience != row.audience:
            tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == row.id).values(audience=audience))
            of_document = CHUNKS.c.document_id == row.id
            moved.setdefault(audience, []).extend(
                tx.connection.execute(select(CHUNKS.c.id).where(of_document)).scalars()
            )
            tx.connection.execute(update(CHUNKS).where(of_document).values(audience=audience))
    return moved


def record(tx: Transaction, kind: str, author: Author, document: str | None, **body: Any) -> None:
    """Write an entry of the installation's log."""
    log = tx.conversation(INSTALLATION)
    tx.append(log, kind, author, {"document": document, **body}, audience="staff")
