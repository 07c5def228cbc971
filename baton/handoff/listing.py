"""Reads behind the staff's lists: handoffs, a conversation with its briefing, its events, colleagues, teams, audit."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, and_, func, or_, select, tuple_

from baton.assistant.conversations import TURNS
from baton.core.audit import HEADS
from baton.core.log import LogEvent
from baton.core.records import INSTALLATION
from baton.core.staff import STAFF
from baton.core.transaction import CONVERSATIONS, EVENTS, read_event
from baton.handoff import rows
from baton.handoff.cursors import wrap
from baton.handoff.history import brief
from baton.handoff.people import CONVERSING
from baton.handoff.presence import presence_of
from baton.handoff.presenting import Shape, handoff_shape
from baton.handoff.records import Handoff
from baton.handoff.rows import HANDOFFS
from baton.handoff.settings import HandoffSettings
from baton.handoff.summaries import names_of, summarise
from baton.handoff.transitions import QUEUED


def list_queue(
    connection: Connection, now: datetime, after: tuple[int, datetime, str] | None, limit: int
) -> tuple[list[Shape], str | None]:
    """Who waits, also while somebody is asked: the most urgent first, then who has waited longest."""
    row = HANDOFFS.c
    query = select(HANDOFFS).where(row.status.in_(QUEUED))
    if after:
        priority, queued_at, id = after
        later = tuple_(row.queued_at, row.id) > tuple_(queued_at, id)
        query = query.where(or_(row.priority < priority, and_(row.priority == priority, later)))
    found = connection.execute(query.order_by(row.priority.desc(), row.queued_at, row.id).limit(limit + 1)).all()
    handoffs = [Handoff(**one._mapping) for one in found[:limit]]
    last = handoffs[-1] if len(found) > limit else None
    return _shown(connection, handoffs, now), wrap(last.priority, last.queued_at, last.id) if last else None


def list_handoffs(
    connection: Connection, now: datetime, status: str | None, after: tuple[datetime, str] | None, limit: int
) -> tuple[list[Shape], str | None]:
    """All, or those of one status, the newest first."""
    row, query = HANDOFFS.c, select(HANDOFFS)
    if status:
        query = query.where(row.status == status)
    if after:
        query = query.where(tuple_(row.created_at, row.id) < tuple_(*after))
    found = connection.execute(query.order_by(row.created_at.desc(), row.id.desc()).limit(limit + 1)).all()
    handoffs = [Handoff(**one._mapping) for one in found[:limit]]
    last = handoffs[-1] if len(found) > limit else None
    return _shown(connection, handoffs, now), wrap(last.created_at, last.id) if last else None


def _shown(connection: Connection, handoffs: list[Handoff], now: datetime) -> list[Shape]:
    names = names_of(connection, handoffs)
    return [handoff_shape(_briefed(connection, one), names, now) for one in handoffs]


def read_handoff(connection: Connection, id: str, now: datetime) -> Shape | None:
    """One handoff with its briefing."""
    handoff = rows.find(connection, id)
    if handoff is None:
        return None
    return _shown(connection, [handoff], now)[0]


def _briefed(connection: Connection, handoff: Handoff) -> Handoff:
    """With its briefing as of now, while somebody waits; later it stays as it was when accepted."""
    if handoff.status in QUEUED:
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.id == handoff.conversation_id)
        handoff.briefing = brief(connection, connection.execute(query).one(), handoff.reasons)
    return handoff


def read_conversation(connection: Connection, id: str, now: datetime) -> Shape | None:
    """A conversation's summary with its briefing, made now from the record, whoever holds it."""
    found = connection.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.id == id)).first()
    if found is None or found.erased_at is not None or id == INSTALLATION:
        return None
    handoff = rows.find_open(connection, id)
    summary = summarise(connection, [id], now)[0]
    return summary | {"briefing": brief(connection, found, handoff.reasons if handoff else [])}


def read_events(connection: Connection, conversation: str, after: int, limit: int) -> list[LogEvent]:
    """The next events of a log, staff-only ones included."""
    query = select(EVENTS).where(EVENTS.c.conversation_id == conversation, EVENTS.c.seq > after)
    return [read_event(row) for row in connection.execute(query.order_by(EVENTS.c.seq).limit(limit))]


def exists(connection: Connection, conversation: str) -> bool:
    """Whether there is such a conversation of a visitor."""
    query = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.id == conversation)
    return conversation != INSTALLATION and connection.execute(query).first() is not None


def read_turn(connection: Connection, id: str) -> Row[Any] | None:
    """The record of a turn."""
    return connection.execute(select(TURNS).where(TURNS.c.id == id)).first()


def list_staff(connection: Connection, now: datetime, settings: HandoffSettings) -> list[Shape]:
    """Everybody who may hold a conversation, by name; `load` counts what they hold."""
    load = (
        select(func.count())
        .where(HANDOFFS.c.accepted_by == STAFF.c.id, HANDOFFS.c.status == "accepted")
        .correlate(STAFF)
        .scalar_subquery()
    )
    query = select(STAFF, load.label("load")).where(STAFF.c.active, STAFF.c.role.in_(CONVERSING))
    return [
        {
            "id": row.id,
            "name": row.name,
            "role": row.role,
            "avatar": row.avatar,
            "teams": row.teams,
            "presence": presence_of(row.presence, row.seen_at, now, settings),
            "load": row.load,
            "capacity": row.capacity,
        }
        for row in connection.execute(query.order_by(STAFF.c.name, STAFF.c.id))
    ]


def list_teams(connection: Connection, now: datetime, settings: HandoffSettings) -> list[Shape]:
    """The teams of the settings: who of each is available, how many conversations each holds, how many wait."""
    staff = list_staff(connection, now, settings)
    counting = select(HANDOFFS.c.team, func.count()).where(HANDOFFS.c.status.in_(QUEUED))
    waiting = {row[0]: row[1] for row in connection.execute(counting.group_by(HANDOFFS.c.team))}
    return [_team(name, staff, waiting.get(name, 0)) for name in settings.teams]


def _team(name: str, staff: list[Shape], waiting: int) -> Shape:
    members = [one for one in staff if not one["teams"] or name in one["teams"]]
    available = sum(one["presence"] == "available" for one in members)
    return {
        "id": name,
        "name": name,
        "presence": "available" if available else "away",
        "available": available,
        "members": len(members),
        "load": sum(one["load"] for one in members),
        "waiting": waiting,
    }


def list_audit(
    connection: Connection, after: tuple[int, int] | None, limit: int
) -> tuple[list[tuple[int, LogEvent, str]], str | None]:
    """(head, event, chain) in the order of the heads, the one order there is across logs. `after` is (head, index)."""
    number, index = after or (0, 0)
    query = select(HEADS.c.number, HEADS.c.wrote).where(HEADS.c.number >= number).order_by(HEADS.c.number)
    entries = [
        (head.number, at, conversation, seq, chain)
        for head in connection.execute(query.limit(limit + 2))
        for at, (conversation, seq, chain) in enumerate(orjson.loads(head.wrote), start=1)
        if (head.number, at) > (number, index)
    ]
    chosen = entries[:limit]
    keys = [(conversation, seq) for _, _, conversation, seq, _ in chosen]
    found = connection.execute(
        select(EVENTS).where(
            EVENTS.c.conversation_id.in_({conversation for conversation, _ in keys}),  # SQLite seeks by this alone
            tuple_(EVENTS.c.conversation_id, EVENTS.c.seq).in_(keys),
        )
    )
    events = {(event.conversation_id, event.seq): event for event in map(read_event, found)}
    items = [
        (head, events[conversation, seq], chain)
        for head, _, conversation, seq, chain in chosen
        if (conversation, seq) in events
    ]
    return items, wrap(chosen[-1][0], chosen[-1][1]) if len(entries) > limit else None
