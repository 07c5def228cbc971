"""What a visitor's socket shows of the log and of the conversation's state."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from baton.core.directory import Directory, Signature
from baton.core.log import LogEvent
from baton.core.transaction import EVENTS, read_event
from baton.widget.settings import BrandSettings

STREAM_PIECE = 48
"""Characters of one stream frame: a few words, so that a long answer arrives as reading does."""


def visible_after(connection: Connection, conversation_id: str, after: int, limit: int) -> list[LogEvent]:
    """The next events a visitor may see."""
    query = select(EVENTS).where(
        EVENTS.c.conversation_id == conversation_id, EVENTS.c.seq > after, EVENTS.c.audience == "visitor"
    )
    return [read_event(row) for row in connection.execute(query.order_by(EVENTS.c.seq).limit(limit))]


async def event_frame(event: LogEvent, directory: Directory) -> dict[str, Any]:
    """An event as the contract writes it."""
    return {
        "type": "event",
        "conversation": event.conversation_id,
        "seq": event.seq,
        "prev": event.prev,
        "id": event.id,
        "kind": event.kind,
        "at": event.at,
        "author": await directory.signature(event.author.kind, event.author.id),
        "body": event.body,
    }


def stream_frames(event: LogEvent) -> Iterator[dict[str, Any]]:
    """The pieces of an answer that is committed already; its event follows and replaces them."""
    if event.kind != "message.added" or event.author.kind != "assistant" or not event.body.get("turn"):
        return
    text, start = str(event.body.get("text", "")), 0
    if len(text) <= STREAM_PIECE:
        return
    for end in _word_ends(text):
        if end - start >= STREAM_PIECE or end == len(text):
            yield {"type": "stream", "turn": event.body["turn"], "epoch": event.epoch, "text": text[start:end]}
            start = end


def brand_shape(brand: BrandSettings, *, people_only: bool) -> dict[str, Any]:
    """How the widget presents itself; where people answer alone, nothing of it promises software."""
    shape = brand.model_dump(exclude_none=True, exclude={"people_greeting"})
    return shape | {"greeting": brand.people_greeting, "people_only": True} if people_only else shape


def changes_state(events: Iterable[LogEvent]) -> bool:
    """Whether holder, status or queue may be others than before."""
    return any(event.kind.startswith(("handoff.", "conversation.")) for event in events)


def state_frame(
    status: str, holder: Signature | None, agents_online: int, queue: dict[str, Any] | None, working: str | None
) -> dict[str, Any]:
    """What is going on now."""
    return {
        "type": "state",
        "status": status,
        "holder": holder,
        "agents_online": agents_online,
        "working": working,
        "queue": queue,
    }


def _word_ends(text: str) -> Iterator[int]:
    end = text.find(" ")
    while end != -1:
        yield end + 1
        end = text.find(" ", end + 1)
    yield len(text)
