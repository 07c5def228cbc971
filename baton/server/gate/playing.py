"""Plays a visitor's part and gathers what came of it: replies with their decisions, frames, the agent's briefing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from baton.handoff import rows as handoffs
from baton.handoff.listing import read_conversation, read_turn
from baton.knowledge.library import DOCUMENTS
from baton.server.gate.rows import Case
from baton.server.gate.stage import Stage
from baton.server.gate.visitor import Frame, Visitor

REQUESTED, SUGGESTED = "handoff.requested", "handoff.suggested"
ADDRESS = "visitor@example.com"


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the assistant. `cited` holds, for each source, every name it goes by."""

    text: str
    decision: str
    small_talk: bool
    cited: tuple[frozenset[str], ...] = ()
    quotes: tuple[str, ...] = ()
    fell_back: bool = False
    """Whether a model that should have drafted it could not, so that another did."""

    @property
    def is_sure(self) -> bool:
        """Whether it stands in the wording of a sure answer from the documents."""
        return self.decision == "answer" and not self.small_talk


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation at its end. `offered` and `transferred` say whether that happened at any time."""

    said: tuple[str, ...]
    replies: tuple[Reply, ...]
    frames: Sequence[Frame]
    status: str
    offered: bool
    transferred: bool
    reason: str | None
    briefing: Mapping[str, Any]

    @property
    def fell_back(self) -> bool:
        """Whether any reply is another provider's than the first of the chain."""
        return any(reply.fell_back for reply in self.replies)


async def play_case(stage: Stage, case: Case) -> Played:
    """Say what the case says, message by message."""
    async with stage.visitor(case.locale, case.page) as visitor:
        if case.name is not None:
            await visitor.act("contact.send", email=ADDRESS, name=case.name)
        events = [event for text in case.says for event in await visitor.say(text)]
        replies = await replies_in(stage, events)
        return await look_at(stage, visitor, case.says, replies)


async def replies_in(stage: Stage, events: Sequence[Frame]) -> list[Reply]:
    """The assistant's messages among events, with the records of their turns."""
    said = [event for event in events if event["kind"] == "message.added" and event["author"]["kind"] == "assistant"]
    return await stage.ground.database.read(lambda connection: [_reply(connection, event) for event in said])


async def look_at(stage: Stage, visitor: Visitor, said: Sequence[str], replies: Sequence[Reply]) -> Played:
    """The conversation as it stands now, for the visitor and for staff."""
    now, id = stage.ground.clock.now(), visitor.conversation

    def read(connection: Connection) -> Played:
        shape = read_conversation(connection, id, now) or {"status": "with_assistant", "briefing": {}}
        handoff = handoffs.find_newest(connection, id)
        kinds = {frame["kind"] for frame in visitor.frames if frame["type"] == "event"}
        return Played(
            said=tuple(said),
            replies=tuple(replies),
            frames=[*visitor.frames, *_streamed(visitor.frames)],
            status=shape["status"],
            offered=SUGGESTED in kinds,
            transferred=REQUESTED in kinds,
            reason=handoff.reason if handoff else None,
            briefing=shape["briefing"],
        )

    return await stage.ground.database.read(read)


def _reply(connection: Connection, event: Frame) -> Reply:
    body = event["body"]
    turn = read_turn(connection, body["turn"])
    if turn is None:
        return Reply(body["text"], "", True)
    citations = body["citations"]
    return Reply(
        text=body["text"],
        decision=turn.decision or "",
        small_talk=turn.small_talk,
        cited=tuple(_names(connection, citation) for citation in citations),
        quotes=tuple(citation["quote"] for citation in citations),
        fell_back=bool((turn.versions or {}).get("skipped")),
    )


def _names(connection: Connection, citation: Mapping[str, Any]) -> frozenset[str]:
    """What a suite may call a source: its id, external id, title, address, path, or the last part of these."""
    row = connection.execute(DOCUMENTS.select().where(DOCUMENTS.c.id == citation["document"])).one()
    names = {row.id, row.external_id, row.title, row.source, row.url} - {None}
    last = {name.rstrip("/").rpartition("/")[2] for name in (row.source, row.url or "")}
    return frozenset(names | last | {name.rpartition(".")[0] for name in last} - {""})


def _streamed(frames: Sequence[Frame]) -> list[Frame]:
    """The pieces of streamed texts, joined as the visitor reads them."""
    text = "".join(frame["text"] for frame in frames if frame["type"] == "stream")
    return [{"type": "stream", "text": text}] if text else []
