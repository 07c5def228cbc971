"""Reads from the record what a briefing is made of, and makes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from baton.assistant.conversations import TURNS, VISITORS
from baton.assistant.wording import without_marks
from baton.core.transaction import CONVERSATIONS, EVENTS
from baton.handoff.briefing import Document, Earlier, Record, Said, Tried, Visitor, build

Reasons = Sequence[Mapping[str, Any]]
MOST_EVENTS, MOST_TURNS, MOST_EARLIER = 300, 20, 5
KINDS = ("message.added", "feedback.given", "contact.asked", "contact.given", "handoff.requested", "handoff.noted")


def brief(connection: Connection, conversation: Any, reasons: Reasons) -> Document:
    """The briefing as the record stands. `conversation` is its row; `reasons` are why it was handed over."""
    events = _events(connection, conversation.id)
    record = Record(
        events=events,
        turns=_turns(connection, conversation.id, events),
        visitor=read_visitor(connection, conversation.visitor_id, conversation.locale),
        page_url=conversation.page_url,
        page_title=conversation.page_title,
        earlier=_earlier(connection, conversation),
        reasons=reasons,
        upto_seq=conversation.last_seq,
    )
    return build(record)


def read_visitor(connection: Connection, id: str | None, locale: str | None = None) -> Visitor:
    """Who the visitor is, as far as anybody knows."""
    row = connection.execute(select(VISITORS).where(VISITORS.c.id == id)).first() if id else None
    if row is None:
        return Visitor(id, locale=locale)
    return Visitor(row.id, row.name, row.email, row.assurance, row.locale or locale)


def _events(connection: Connection, conversation: str) -> list[Said]:
    columns = (EVENTS.c.seq, EVENTS.c.kind, EVENTS.c.author_kind, EVENTS.c.body)
    query = select(*columns).where(EVENTS.c.conversation_id == conversation, EVENTS.c.kind.in_(KINDS))
    newest = connection.execute(query.order_by(EVENTS.c.seq.desc()).limit(MOST_EVENTS)).all()
    return [
        Said(row.seq, row.kind, row.author_kind, orjson.loads(row.body) if row.body else {}) for row in reversed(newest)
    ]


def _turns(connection: Connection, conversation: str, events: Sequence[Said]) -> list[Tried]:
    said = {event.seq: str(event.body.get("text", "")) for event in events}
    query = select(TURNS).where(TURNS.c.conversation_id == conversation, TURNS.c.decision.is_not(None))
    newest = connection.execute(query.order_by(TURNS.c.created_at.desc()).limit(MOST_TURNS)).all()
    return [
        Tried(
            question=row.question or "",
            decision=row.decision,
            said=said.get(row.event_seq),
            draft=without_marks(row.draft) if row.draft else None,
            confidence=row.confidence,
            citations=row.citations or [],
            signals=row.signals or {},
            mood=row.mood,
            upto_seq=row.upto_seq,
            event_seq=row.event_seq,
            small_talk=row.small_talk,
            shadow=row.shadow,
        )
        for row in newest[::-1]
    ]


def _earlier(connection: Connection, conversation: Any) -> list[Earlier]:
    """The same visitor's other conversations, newest first."""
    if conversation.visitor_id is None:
        return []
    rows = CONVERSATIONS.c
    of_visitor = (rows.visitor_id == conversation.visitor_id, rows.id != conversation.id)
    query = select(rows.id, rows.created_at, rows.first_line, rows.outcome).where(*of_visitor)
    newest = connection.execute(query.order_by(rows.created_at.desc()).limit(MOST_EARLIER))
    return [Earlier(row.id, row.created_at, row.first_line, row.outcome) for row in newest]
