"""Looking at the library: lists of documents, one of them, its chunks, and how many there are of each status."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select

from baton.core.errors import NotFound
from baton.knowledge.library import CHUNKS, DOCUMENTS

STATUSES = ("queued", "reading", "indexed", "failed")
_SHOWN = (
    *("id", "external_id", "title", "source", "url", "kind", "status", "error", "note", "chunks", "audience"),
    *("version", "sha256", "created_at", "updated_at"),
)
_COLUMNS = tuple(DOCUMENTS.c[name] for name in _SHOWN)
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents: of a status, an audience, or with a text in their title, source or external id."""

    status: str | None = None
    audience: str | None = None
    text: str | None = None


def list_documents(
    connection: Connection, which: Filter, limit: int, after: str | None = None
) -> tuple[list[Item], str | None]:
    """The newest first, and what to send as `after` for the next ones."""
    conditions = _conditions(which) + ([DOCUMENTS.c.id < after] if after else [])
    query = select(*_COLUMNS).where(and_(True, *conditions)).order_by(DOCUMENTS.c.id.desc()).limit(limit + 1)
    rows = connection.execute(query).mappings().all()
    items = [_item(row) for row in rows[:limit]]
    return items, items[-1]["id"] if len(rows) > limit else None


def list_all(connection: Connection) -> list[Item]:
    """Every document, in the order in which they came."""
    query = select(*_COLUMNS).order_by(DOCUMENTS.c.created_at, DOCUMENTS.c.id)
    return [_item(row) for row in connection.execute(query).mappings()]


def find_document(connection: Connection, id: str) -> Item:
    """One document. Raises NotFound."""
    row = connection.execute(select(*_COLUMNS).where(DOCUMENTS.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no document {id}.")
    return _item(row)


def list_chunks(connection: Connection, id: str, limit: int, after: int = -1) -> tuple[list[Item], int | None]:
    """The published chunks of a document after an ordinal, in reading order. Raises NotFound."""
    version = connection.execute(select(DOCUMENTS.c.version).where(DOCUMENTS.c.id == id)).scalar_one_or_none()
    if version is None:
        raise NotFound(f"There is no document {id}.")
    which = (CHUNKS.c.document_id == id) & (CHUNKS.c.version == version) & (CHUNKS.c.ordinal > after)
    columns = (CHUNKS.c.id, CHUNKS.c.ordinal, CHUNKS.c.place, CHUNKS.c.text)
    rows = (
        connection.execute(select(*columns).where(which).order_by(CHUNKS.c.ordinal).limit(limit + 1)).mappings().all()
    )
    items = [dict(row) | {"id": str(row["id"])} for row in rows[:limit]]
    return items, rows[limit - 1]["ordinal"] if len(rows) > limit else None


def count_documents(connection: Connection) -> dict[str, int]:
    """How many documents there are of each status, how many chunks are searched, how many documents are for staff."""
    query = select(DOCUMENTS.c.status, func.count()).group_by(DOCUMENTS.c.status)
    counts: dict[str, int] = dict.fromkeys(STATUSES, 0)
    counts.update((status, number) for status, number in connection.execute(query))
    for_staff = func.count().filter(DOCUMENTS.c.audience == "staff")
    chunks, staff = connection.execute(select(func.coalesce(func.sum(DOCUMENTS.c.chunks), 0), for_staff)).one()
    return counts | {"chunks": int(chunks), "staff": staff}


def _conditions(which: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if which.status:
        conditions.append(DOCUMENTS.c.status == which.status)
    if which.audience:
        conditions.append(DOCUMENTS.c.audience == which.audience)
    if which.text:
        columns = (DOCUMENTS.c.title, DOCUMENTS.c.source, DOCUMENTS.c.external_id)
        conditions.append(or_(*(column.icontains(which.text, autoescape=True) for column in columns)))
    return conditions


def _item(row: RowMapping) -> Item:
    return dict(row)
