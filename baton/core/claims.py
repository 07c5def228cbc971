"""Rows are the queue: whatever must happen later is a row with a due time, claimed by a conditional update."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, or_, select, update
from sqlmodel import Field, SQLModel

from baton.core.types import UtcDateTime


class Claimable(SQLModel):
    """The columns of a row that waits for work. `due_at` is None once there is nothing left to do."""

    due_at: datetime | None = Field(default=None, index=True, sa_type=UtcDateTime)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0


def claim_due(
    connection: Connection,
    table: type[SQLModel],
    *,
    now: datetime,
    worker: str,
    lease_seconds: float,
    limit: int,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[RowMapping]:
    """Take up to `limit` due rows that nobody holds, or whose holder's lease ran out, the longest due first.

    Two workers never get the same row: SQLite has one writing transaction at a time, PostgreSQL skips locked rows.
    """
    rows: Table = table.__table__  # type: ignore[attr-defined]
    free = or_(rows.c.claimed_until.is_(None), rows.c.claimed_until < now)
    query = select(rows).where(rows.c.due_at <= now, free, *where).order_by(rows.c.due_at).limit(limit)
    found = connection.execute(query.with_for_update(skip_locked=True)).mappings().all()
    key = next(iter(rows.primary_key.columns))
    for row in found:
        claim = {"claimed_by": worker, "claimed_until": now + timedelta(seconds=lease_seconds)}
        taken: Any = update(rows).where(key == row[key.name]).values(**claim, attempts=rows.c.attempts + 1)
        connection.execute(taken)
    return list(found)
