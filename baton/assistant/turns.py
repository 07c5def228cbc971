"""One turn, from a message to what comes of it: gather, judge, record. Nothing is said before it is stored."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Row, select

from baton.assistant.conversations import TURNS, Held, may_speak
from baton.assistant.judging import Case, Judge, Outcome
from baton.assistant.providers.chain import open_chain
from baton.assistant.providers.extractive import ExtractiveProvider
from baton.assistant.providers.protocol import Provider
from baton.assistant.recording import Recorder
from baton.assistant.settings import AssistantSettings
from baton.core.bus import Bus
from baton.core.database import Database
from baton.core.transaction import CONVERSATIONS, EVENTS, Transaction, read_event
from baton.core.writer import Writer
from baton.knowledge.search import Utterance

SHOW_WORK_AFTER_SECONDS = 0.15
"""A turn that is quicker than this shows no sign of work: it would only flicker."""
MOST_REMEMBERED = 40
MOST_LOOKED_BACK = 6
SPOKEN_BY = ("visitor", "assistant", "agent")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A turn that still has the word, with what it is about. `upto_seq` is the last message it takes into account."""

    turn: str
    conversation: str
    epoch: int
    upto_seq: int
    case: Case


@asynccontextmanager
async def open_provider(settings: AssistantSettings, environment: Mapping[str, str]) -> AsyncIterator[Provider]:
    """Whoever drafts, by configuration: models in their order, quotes as the last resort."""
    async with open_chain(settings.providers, environment, ExtractiveProvider()) as chain:
        yield chain


class TurnTaker:
    """Takes turns one by one; `TurnRunner` says which."""

    def __init__(self, database: Database, writer: Writer, bus: Bus, judge: Judge, recorder: Recorder) -> None:
        self._database = database
        self._writer = writer
        self._bus = bus
        self._judge = judge
        self._recorder = recorder

    async def take(self, turn_id: str) -> None:
        """Gather what the visitor said, judge it, and record what comes of it if the turn still has the word."""
        gathered = await self._database.read(lambda connection: gather(connection, turn_id))
        if gathered is None:
            return await self._writer.run(lambda tx: self._recorder.supersede(tx, turn_id))
        outcome = await self._judge_visibly(gathered)
        await self._writer.run(
            lambda tx: self._recorder.record(tx, gathered.turn, gathered.upto_seq, outcome),
            conversation=gathered.conversation,
        )

    def give_up(self, tx: Transaction, turn_id: str) -> None:
        """A turn that failed again and again: the question goes to a person."""
        self._recorder.give_up(tx, turn_id)

    async def _judge_visibly(self, gathered: Gathered) -> Outcome:
        """Judge, and show what is being done once it takes longer than a blink."""
        work = _Work(self._bus, gathered.conversation)
        try:
            return await self._judge.judge(gathered.case, work.say)
        finally:
            work.end()


class _Work:
    """What the visitor sees being done; nothing at all for a quick turn."""

    def __init__(self, bus: Bus, conversation: str) -> None:
        self._bus = bus
        self._topic = f"conversation:{conversation}"
        self._doing = "reading"
        self._is_shown = False
        self._timer = asyncio.get_running_loop().call_later(SHOW_WORK_AFTER_SECONDS, self._show)

    def say(self, doing: str) -> None:
        self._doing = doing
        if self._is_shown:
            self._show()

    def end(self) -> None:
        self._timer.cancel()
        if self._is_shown:
            self._bus.publish(self._topic, {"working": None})

    def _show(self) -> None:
        self._is_shown = True
        self._bus.publish(self._topic, {"working": self._doing})


def gather(connection: Connection, turn_id: str) -> Gathered | None:
    """The visitor's unanswered messages as one, and what was said before them; None for a turn without the word."""
    turn = connection.execute(select(TURNS).where(TURNS.c.id == turn_id)).first()
    if turn is None:
        return None
    conversation = connection.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.id == turn.conversation_id)).one()
    if turn.state != "queued" or not may_speak(cast(Held, conversation), turn_id, turn.epoch):
        return None
    said = _said(connection, turn.conversation_id)
    new = [(seq, one) for seq, one in said if one.author == "visitor" and seq > conversation.answered_seq]
    if not new:
        return None
    first_new = new[0][0]
    case = Case(
        message="\n".join(one.text for _, one in new),
        history=tuple(one for seq, one in said if seq < first_new),
        locale=conversation.locale,
        offers_running=conversation.offers_running,
        turns_without_progress=_without_progress(connection, turn.conversation_id),
        clarified_last=_clarified_last(connection, turn.conversation_id),
    )
    return Gathered(turn_id, turn.conversation_id, turn.epoch, new[-1][0], case)


def _said(connection: Connection, conversation: str) -> list[tuple[int, Utterance]]:
    query = select(EVENTS).where(
        EVENTS.c.conversation_id == conversation,
        EVENTS.c.kind == "message.added",
        EVENTS.c.author_kind.in_(SPOKEN_BY),
        EVENTS.c.body.is_not(None),
    )
    newest = connection.execute(query.order_by(EVENTS.c.seq.desc()).limit(MOST_REMEMBERED)).all()
    events = [read_event(row) for row in reversed(newest)]
    return [(event.seq, Utterance(event.author.kind, str(event.body.get("text", "")))) for event in events]


def _newest_turns(connection: Connection, conversation: str) -> list[Row[tuple[str | None, int]]]:
    query = select(TURNS.c.decision, TURNS.c.small_talk).where(
        TURNS.c.conversation_id == conversation, TURNS.c.state == "done"
    )
    rows = connection.execute(query.order_by(TURNS.c.created_at.desc()).limit(MOST_LOOKED_BACK)).all()
    return [row for row in rows if not row.small_talk]


def _without_progress(connection: Connection, conversation: str) -> int:
    """How many turns running, small talk left out, brought no answer."""
    count = 0
    for row in _newest_turns(connection, conversation):
        if row.decision == "answer":
            break
        count += 1
    return count


def _clarified_last(connection: Connection, conversation: str) -> bool:
    newest = _newest_turns(connection, conversation)
    return bool(newest) and newest[0].decision == "clarify"
