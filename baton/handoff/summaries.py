"""Conversations as lists show them: one query for the conversations, one for their open handoffs."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, tuple_

from baton.assistant.conversations import VISITORS
from baton.core.records import INSTALLATION
from baton.core.staff import STAFF
from baton.core.transaction import CONVERSATIONS, EVENTS
from baton.handoff.cursors import wrap
from baton.handoff.presenting import Shape, handoff_shape, summary_shape
from baton.handoff.records import Handoff
from baton.handoff.rows import HANDOFFS

STATUSES = ("with_assistant", "waiting_for_agent", "with_agent", "resolved")
_IN_QUESTION = CONVERSATIONS.c


def summarise(connection: Connection, ids: Collection[str], now: datetime) -> list[Shape]:
    """These conversations, in no particular order; those that don't exist, or are erased, are left out."""
    found = connection.execute(_query().where(_IN_QUESTION.id.in_(sorted(ids)))).all()
    return _shapes(connection, found, now)


def list_conversations(
    connection: Connection,
    now: datetime,
    *,
    status: str | None,
    words: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> tuple[list[Shape], str | None]:
    """The latest changed first. `words` are looked for in first and last line, visitor's name and address, and id."""
    query = _query().where(_IN_QUESTION.id != INSTALLATION)
    if status:
        query = query.where(_IN_QUESTION.status == status)
    for word in (words or "").split():
        query = query.where(_mentions(word))
    if after:
        query = query.where(tuple_(_IN_QUESTION.updated_at, _IN_QUESTION.id) < tuple_(*after))
    order = (_IN_QUESTION.updated_at.desc(), _IN_QUESTION.id.desc())
    found = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    return _shapes(connection, found[:limit], now), wrap(last.updated_at, last.id) if last else None


def open_conversations(connection: Connection) -> set[str]:
    """The ids of all that wait for a person or are held by one."""
    query = select(HANDOFFS.c.conversation_id).where(HANDOFFS.c.ended_at.is_(None))
    return {row.conversation_id for row in connection.execute(query)}


def _mentions(word: str) -> ColumnElement[bool]:
    lines = (_IN_QUESTION.first_line, _IN_QUESTION.last_line, VISITORS.c.name, VISITORS.c.email)
    return or_(_IN_QUESTION.id == word, *(line.icontains(word, autoescape=True) for line in lines))


def _query() -> Select[Any]:
    unread = (
        select(func.count())
        .where(
            EVENTS.c.conversation_id == _IN_QUESTION.id,
            EVENTS.c.seq > _IN_QUESTION.staff_read_seq,
            EVENTS.c.seq > _IN_QUESTION.answered_seq,
            EVENTS.c.kind == "message.added",
            EVENTS.c.author_kind == "visitor",
        )
        .correlate(CONVERSATIONS)
        .scalar_subquery()
    )
    visitor = [VISITORS.c[name].label(f"visitor_{name}") for name in ("name", "email", "assurance", "locale")]
    held = and_(_IN_QUESTION.holder_kind == "agent", STAFF.c.id == _IN_QUESTION.holder_id)
    return (
        select(CONVERSATIONS, *visitor, STAFF.c.name.label("holder_name"), unread.label("unread"))
        .outerjoin(VISITORS, VISITORS.c.id == _IN_QUESTION.visitor_id)
        .outerjoin(STAFF, held)
        .where(_IN_QUESTION.erased_at.is_(None))
    )


def _shapes(connection: Connection, found: Sequence[Any], now: datetime) -> list[Shape]:
    query = select(HANDOFFS).where(
        HANDOFFS.c.conversation_id.in_([row.id for row in found]), HANDOFFS.c.ended_at.is_(None)
    )
    handoffs = [Handoff(**row._mapping) for row in connection.execute(query)]
    names = names_of(connection, handoffs)
    shapes = {one.conversation_id: handoff_shape(one, names, now, with_briefing=False) for one in handoffs}
    return [summary_shape(row, shapes.get(row.id)) for row in found]


def names_of(connection: Connection, handoffs: Sequence[Handoff]) -> dict[str, str]:
    """The names of everybody who holds, or is asked for, one of these."""
    ids = {id for one in handoffs for id in (one.accepted_by, one.offered_to) if id}
    if not ids:
        return {}
    return {row.id: row.name for row in connection.execute(select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(ids)))}
