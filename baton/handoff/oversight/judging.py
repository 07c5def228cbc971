"""What the page /assistant/labels shows: one drawn turn with all that is needed to judge its draft.

How sure the assistant was is not among it before the turn is judged: it would lead the judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from sqlalchemy import Connection, Row, select
from starlette.requests import Request

from baton.assistant.labels import VERDICTS, count_drawn, find_drawn, next_to_judge
from baton.assistant.refitting import FEWEST
from baton.core.log import LogEvent
from baton.core.transaction import EVENTS, read_event
from baton.knowledge.passages import CHUNKS
from baton.knowledge.usage import USAGE

ROLES = ("supervisor", "content", "admin")
DRAWN_AT_ONCE = 50
REMEMBERED = 12
"""So many messages up to the question are shown."""
FOUND = 3
"""So many passages are shown of a turn that cites none."""
MOST_SKIPPED = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`turn` is wanted again; those of `skip` are passed over; `last` was just judged."""

    turn: str | None
    skip: tuple[str, ...]
    last: str | None

    @classmethod
    def of(cls, request: Request) -> Asked:
        query = request.query_params
        return cls(query.get("turn"), tuple(query.getlist("skip")[-MOST_SKIPPED:]), query.get("last"))


def view(connection: Connection, asked: Asked) -> dict[str, Any]:
    """Everything the page says. A turn that is asked for and was not drawn gives way to the next one."""
    judged, left = count_drawn(connection)
    turn = (find_drawn(connection, asked.turn) if asked.turn else None) or next_to_judge(connection, asked.skip)
    last = find_drawn(connection, asked.last) if asked.last else None
    return {
        "judged": judged,
        "left": left,
        "needed": FEWEST,
        "draws": DRAWN_AT_ONCE,
        "verdicts": VERDICTS,
        "skip": asked.skip,
        "last": last if last is not None and last.verdict else None,
        "shown": _shown(connection, turn) if turn is not None else None,
    }


def _shown(connection: Connection, turn: Row[Any]) -> dict[str, Any]:
    said = _said(connection, turn)
    before = list(dropwhile(lambda event: event.author.kind == "visitor", reversed(said)))[::-1]
    question = "\n".join(_text(event) for event in said[len(before) :]) or turn.question or ""
    return {
        "id": turn.id,
        "before": [{"who": event.author.kind, "text": _text(event)} for event in before],
        "question": question,
        "taken_as": turn.question if _differs(turn.question, question) else None,
        "draft": turn.draft,
        "citations": turn.citations or [],
        "found": [] if turn.citations else _found(connection, turn),
    }


def _said(connection: Connection, turn: Row[Any]) -> Sequence[LogEvent]:
    """The messages up to the question, the oldest first."""
    query = select(EVENTS).where(
        EVENTS.c.conversation_id == turn.conversation_id,
        EVENTS.c.seq <= turn.upto_seq,
        EVENTS.c.kind == "message.added",
    )
    rows = connection.execute(query.order_by(EVENTS.c.seq.desc()).limit(REMEMBERED)).all()
    return [event for event in map(read_event, reversed(rows)) if _text(event)]


def _found(connection: Connection, turn: Row[Any]) -> list[dict[str, str]]:
    """What search found for a turn that shows no source, as far as it still stands."""
    query = select(CHUNKS.c.place, CHUNKS.c.text).join_from(USAGE, CHUNKS, CHUNKS.c.id == USAGE.c.chunk_id)
    query = query.where(
        USAGE.c.conversation_id == turn.conversation_id, USAGE.c.turn_id == turn.id, USAGE.c.kind == "found"
    )
    rows = connection.execute(query.order_by(USAGE.c.rank).limit(FOUND))
    return [{"place": row.place, "text": row.text} for row in rows]


def _text(event: LogEvent) -> str:
    return str((event.body or {}).get("text", ""))


def _differs(taken_as: str | None, question: str) -> bool:
    return bool(taken_as) and " ".join(str(taken_as).split()) != " ".join(question.split())
