"""Turns as they were taken, read back: the words from the log, and what else they were judged on from their records."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select

from baton.assistant.conversations import TURNS
from baton.assistant.judging import Case
from baton.assistant.labels import LABELS
from baton.assistant.recording import FAILED, PAUSED
from baton.assistant.turns import case_of, read_said
from baton.core.transaction import CONVERSATIONS, EVENTS

_UNJUDGED = frozenset({PAUSED.code, FAILED.code})


@dataclass(frozen=True, slots=True)
class Which:
    """The turns to take again: the newest `limit` of a conversation, or of all, since a time."""

    limit: int | None = None
    since: datetime | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A turn as it was taken. `helpful` is what the visitor said of the answer, and `is_right` what somebody of the
    staff judged its draft to be, where they did."""

    turn: str
    conversation: str
    at: datetime
    case: Case
    decision: str
    confidence: float
    small_talk: bool
    reasons: list[dict[str, str]]
    said: str
    draft: str | None
    helpful: bool | None
    is_right: bool | None


def read_recorded(connection: Connection, which: Which) -> tuple[list[Recorded], Counter[str]]:
    """The turns, oldest first, and how many can't be taken again, by why: `paused` and `failed` were never judged, of
    `erased` the words are gone, and `older` ones were recorded before their basis was."""
    found: list[Recorded] = []
    left_out: Counter[str] = Counter()
    for row in connection.execute(_turns(which)).all():
        codes = {reason["code"] for reason in row.reasons or ()}
        if not row.basis:
            left_out[next(iter(codes & _UNJUDGED), "older")] += 1
        elif recorded := _read_one(connection, row):
            found.append(recorded)
        else:
            left_out["erased"] += 1
    return found[::-1], left_out


def find_recorded(connection: Connection, turn: str) -> Recorded | None:
    """One turn with its words; None when they are gone."""
    row = connection.execute(_columns().where(TURNS.c.id == turn)).first()
    return _read_one(connection, row) if row is not None and row.basis else None


def _columns() -> Select[Any]:
    names = ("id", "conversation_id", "created_at", "upto_seq", "event_seq", "basis", "decision", "confidence")
    columns = (TURNS.c[name] for name in (*names, "small_talk", "reasons", "draft"))
    query = select(*columns, CONVERSATIONS.c.locale, LABELS.c.verdict)
    query = query.join_from(TURNS, CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    return query.outerjoin(LABELS, LABELS.c.turn_id == TURNS.c.id)


def _turns(which: Which) -> Select[Any]:
    query = _columns().where(TURNS.c.state == "done", TURNS.c.decision.is_not(None))
    query = query.order_by(TURNS.c.created_at.desc(), TURNS.c.id.desc())
    if which.since is not None:
        query = query.where(TURNS.c.created_at >= which.since)
    if which.conversation is not None:
        query = query.where(TURNS.c.conversation_id == which.conversation)
    return query if which.limit is None else query.limit(which.limit)


def _read_one(connection: Connection, row: Any) -> Recorded | None:
    """None where the words are gone."""
    of_case = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.basis.items()
        if name != "since_seq"
    }
    said = read_said(connection, row.conversation_id, row.upto_seq)
    case = case_of(said, row.basis["since_seq"], row.locale, of_case)
    event = _body(connection, row.conversation_id, row.event_seq)
    if case is None or event is None:
        return None
    return Recorded(
        row.id,
        row.conversation_id,
        row.created_at,
        case,
        row.decision,
        row.confidence or 0.0,
        row.small_talk,
        row.reasons or [],
        str(event.get("text", "")),
        row.draft,
        _helpful(connection, row.conversation_id, row.event_seq),
        None if row.verdict in (None, "unclear") else row.verdict == "right",
    )


def _body(connection: Connection, conversation: str, seq: int | None) -> dict[str, Any] | None:
    body = connection.execute(
        select(EVENTS.c.body).where(EVENTS.c.conversation_id == conversation, EVENTS.c.seq == seq)
    ).scalar()
    return orjson.loads(body) if body else None


def _helpful(connection: Connection, conversation: str, seq: int) -> bool | None:
    """What the visitor said last of the message at `seq`."""
    given = select(EVENTS.c.body).where(
        EVENTS.c.conversation_id == conversation,
        EVENTS.c.kind == "feedback.given",
        EVENTS.c.body.is_not(None),
    )
    bodies = [orjson.loads(body) for body in connection.execute(given.order_by(EVENTS.c.seq)).scalars()]
    said = [bool(body["helpful"]) for body in bodies if body["seq"] == seq]
    return said[-1] if said else None
