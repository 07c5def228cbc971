"""Rows and events as staff are shown them, over HTTP and on the agent's socket."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from baton.core.directory import Directory
from baton.core.log import LogEvent
from baton.handoff.records import Handoff
from baton.handoff.transitions import QUEUED

Shape = dict[str, Any]


def handoff_shape(handoff: Handoff, names: Mapping[str, str], now: datetime, *, with_briefing: bool = True) -> Shape:
    """A handoff; `agent` is who holds it, or is asked for it now. `names` holds the agent's."""
    agent = handoff.accepted_by or handoff.offered_to
    until = handoff.accepted_at or handoff.ended_at or now
    shape: Shape = {
        "id": handoff.id,
        "conversation": handoff.conversation_id,
        "status": handoff.status,
        "reason": handoff.reason,
        "reasons": handoff.reasons,
        "team": handoff.team,
        "priority": handoff.priority,
        "waiting_seconds": max(0, round((until - handoff.queued_at).total_seconds())),
        "requested_by": handoff.requested_by,
        "agent": {"id": agent, "name": names.get(agent)} if agent else None,
        "deadline_at": handoff.due_at if handoff.status in QUEUED else None,
        "told_nobody_at": handoff.told_nobody_at,
        "note": handoff.note,
        "outcome": handoff.outcome,
        "created_at": handoff.created_at,
        "accepted_at": handoff.accepted_at,
        "ended_at": handoff.ended_at,
    }
    return shape | {"briefing": handoff.briefing} if with_briefing else shape


def summary_shape(row: Any, handoff: Shape | None) -> Shape:
    """A conversation in one line of a list. `row` is the conversation with its visitor, holder's name and unread."""
    return {
        "id": row.id,
        "status": row.status,
        "holder": {"kind": row.holder_kind, "id": row.holder_id, "name": row.holder_name},
        "visitor": {
            "id": row.visitor_id,
            "name": row.visitor_name,
            "email": row.visitor_email,
            "assurance": row.visitor_assurance or "anonymous",
            "locale": row.visitor_locale or row.locale,
        },
        "first_line": row.first_line,
        "last_line": row.last_line,
        "last_message_at": row.last_message_at,
        "created_at": row.created_at,
        "mood": row.mood,
        "unread": row.unread,
        "handoff": handoff,
        "page": {"url": row.page_url, "title": row.page_title},
        "sample": row.sample,
        "last_seq": row.last_seq,
        "outcome": row.outcome,
        "team": row.team,
    }


async def event_shape(event: LogEvent, directory: Directory) -> Shape:
    """An event as staff see it: every audience, and who by id."""
    signature = await directory.signature(event.author.kind, event.author.id)
    return {
        "conversation": event.conversation_id,
        "seq": event.seq,
        "prev": event.prev,
        "id": event.id,
        "kind": event.kind,
        "at": event.at,
        "author": {**signature, "id": event.author.id},
        "audience": event.audience,
        "body": event.body,
    }


def turn_shape(row: Any) -> Shape:
    """The record of a decision."""
    return {
        "id": row.id,
        "conversation": row.conversation_id,
        "state": row.state,
        "decision": row.decision,
        "reasons": row.reasons or [],
        "confidence": row.confidence,
        "signals": row.signals or {},
        "mood": row.mood,
        "task": row.task,
        "risk": row.risk,
        "threshold": row.threshold,
        "citations": row.citations or [],
        "versions": row.versions or {},
        "timings_ms": row.timings or {},
        "question": row.question,
        "draft": row.draft,
        "event_seq": row.event_seq,
        "shadow": row.shadow,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }
