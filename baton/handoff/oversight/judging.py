"""What the page /assistant/labels shows: one drawn turn with all that is needed to judge its draft.

How sure the assistant was is not among it before the turn is judged: it would lead the judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select
from starlette.requests import Request

from baton.assistant import wording
from baton.assistant.labels import VERDICTS, count_drawn, find_drawn, next_to_judge
from baton.assistant.refitting import FEWEST
from baton.assistant.turns import read_said
from baton.knowledge.passages import CHUNKS
from baton.knowledge.search import Utterance
from baton.knowledge.usage import USAGE

ROLES = ("supervisor", "content", "admin")
DRAWN_AT_ONCE = 50
REMEMBERED = 12
"""So many messages before the question are shown."""
FOUND = 3
"""So many passages are shown of a draft that marks none."""
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
    before, question = _asked(connection, turn)
    return {
        "id": turn.id,
        "before": [{"who": one.author, "text": one.text} for one in before[-REMEMBERED:]],
        "question": question,
        "taken_as": turn.question if _differs(turn.question, question) else None,
        "draft": wording.without_marks(turn.draft),
        **_sources(connection, turn),
    }


def _asked(connection: Connection, turn: Row[Any]) -> tuple[list[Utterance], str]:
    """What was said before, and what the visitor asked; from the record alone where the words are gone."""
    said = read_said(connection, turn.conversation_id, turn.upto_seq)
    others = max((seq for seq, one in said if one.author != "visitor"), default=0)
    since = (turn.basis or {}).get("since_seq", others)
    new = [(seq, one.text) for seq, one in said if one.author == "visitor" and seq > since]
    if not new:
        return [one for _, one in said], turn.question or ""
    return [one for seq, one in said if seq < new[0][0]], "\n".join(text for _, text in new)


def _sources(connection: Connection, turn: Row[Any]) -> dict[str, Any]:
    """What the visitor was shown, or else the passages that the draft's marks name, or else what was found first. The
    record of several questions doesn't say which passages are whose."""
    if turn.citations:
        return {"sources": turn.citations, "found": []}
    found = _found(connection, turn)
    marked = () if "parts" in (turn.signals or {}) else wording.passages_marked(turn.draft)
    sources = [found[rank] for rank in marked if rank in found]
    first = [passage for rank, passage in found.items() if rank <= FOUND]
    return {"sources": sources, "found": [] if sources else first}


def _found(connection: Connection, turn: Row[Any]) -> dict[int, dict[str, str]]:
    """What search found for a turn, as far as it still stands: the passages by their rank, counted from 1."""
    query = select(USAGE.c.rank, CHUNKS.c.place, CHUNKS.c.text).join_from(
        USAGE, CHUNKS, CHUNKS.c.id == USAGE.c.chunk_id
    )
    query = query.where(
        USAGE.c.conversation_id == turn.conversation_id, USAGE.c.turn_id == turn.id, USAGE.c.kind == "found"
    )
    rows = connection.execute(query.order_by(USAGE.c.rank))
    return {row.rank: {"place": row.place, "quote": row.text} for row in rows}


def _differs(taken_as: str | None, question: str) -> bool:
    return bool(taken_as) and " ".join(str(taken_as).split()) != " ".join(question.split())
