"""Reading and writing handoff rows, inside a transaction or a reader's snapshot."""

from typing import Any

from sqlalchemy import Connection, Table, select, update

from baton.core.transaction import Transaction
from baton.handoff.records import Handoff

HANDOFFS: Table = Handoff.__table__  # type: ignore[attr-defined]
_COLUMNS = tuple(HANDOFFS.columns.keys())


def find(connection: Connection, id: str) -> Handoff | None:
    """The handoff of that id."""
    row = connection.execute(select(HANDOFFS).where(HANDOFFS.c.id == id)).first()
    return Handoff(**row._mapping) if row else None


def find_open(connection: Connection, conversation: str) -> Handoff | None:
    """The one handoff of a conversation that has not ended."""
    query = select(HANDOFFS).where(HANDOFFS.c.conversation_id == conversation, HANDOFFS.c.ended_at.is_(None))
    row = connection.execute(query).first()
    return Handoff(**row._mapping) if row else None


def find_newest(connection: Connection, conversation: str) -> Handoff | None:
    """The handoff of a conversation that was requested last, open or ended."""
    query = select(HANDOFFS).where(HANDOFFS.c.conversation_id == conversation).order_by(HANDOFFS.c.requested_seq.desc())
    row = connection.execute(query.limit(1)).first()
    return Handoff(**row._mapping) if row else None


def add(tx: Transaction, handoff: Handoff) -> None:
    """Store a new handoff."""
    tx.insert(Handoff, _values(handoff))


def save(tx: Transaction, handoff: Handoff) -> None:
    """Store what changed; the conversation's lock makes sure that nobody else did meanwhile."""
    tx.connection.execute(update(HANDOFFS).where(HANDOFFS.c.id == handoff.id).values(_values(handoff)))


def _values(handoff: Handoff) -> dict[str, Any]:
    return {name: getattr(handoff, name) for name in _COLUMNS}
