"""One turn, from a message to what comes of it: gather, judge, record. Nothing is said before it is stored."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import orjson
from sqlalchemy import Connection, bindparam, select

from baton.assistant.conversations import TURNS, Held, may_speak
from baton.assistant.judging import Case, Judge, Outcome
from baton.assistant.providers.chain import open_chain
from baton.assistant.providers.extractive import ExtractiveProvider
from baton.assistant.providers.protocol import Provider
from baton.assistant.recording import Recorder
from baton.assistant.settings import AssistantSettings
from baton.core.bus import Bus
from baton.core.database import Database
from baton.core.transaction import CONVERSATIONS, EVENTS, Transaction
from baton.core.writer import Writer
from baton.knowledge.search import Utterance

SHOW_WORK_AFTER_SECONDS = 0.15
"""A turn that is quicker than this shows no sign of work: it would only flicker."""
MOST_REMEMBERED = 40
MOST_LOOKED_BACK = 6
MOST_WHISPERS = 3
NEWEST = 2**31 - 1
"""A seq that no log reaches: PostgreSQL's integers end there."""

Said = list[tuple[int, Utterance]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A turn that still has the word, or drafts in shadow, with what it is about. `upto_seq` is the last message it
    takes into account, `basis` what the record keeps of the case beside the log."""

    turn: str
    conversation: str
    epoch: int
    upto_seq: int
    case: Case
    basis: Mapping[str, Any]
    shadow: bool = False


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
            lambda tx: self._recorder.record(tx, gathered.turn, gathered.upto_seq, outcome, gathered.basis),
            conversation=gathered.conversation,
        )

    def give_up(self, tx: Transaction, turn_id: str) -> None:
        """A turn that failed again and again: the question goes to a person."""
        self._recorder.give_up(tx, turn_id)

    async def _judge_visibly(self, gathered: Gathered) -> Outcome:
        """Judge, and show what is being done once it takes longer than a blink; in shadow mode nothing is shown."""
        if gathered.shadow or self._recorder.in_shadow:
            return await self._judge.judge(gathered.case)
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


_WHOSE = (
    select(
        TURNS.c.conversation_id,
        TURNS.c.state,
        TURNS.c.shadow,
        TURNS.c.epoch.label("turn_epoch"),
        *(
            CONVERSATIONS.c[name]
            for name in ("holder_kind", "epoch", "turn", "answered_seq", "locale", "offers_running")
        ),
    )
    .join_from(TURNS, CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    .where(TURNS.c.id == bindparam("turn_id"))
)
_SAID = (
    select(EVENTS.c.seq, EVENTS.c.author_kind, EVENTS.c.body)
    .where(
        EVENTS.c.conversation_id == bindparam("conversation"),
        EVENTS.c.seq <= bindparam("upto_seq"),
        EVENTS.c.kind == "message.added",
        EVENTS.c.author_kind.in_(("visitor", "assistant", "agent")),
        EVENTS.c.body.is_not(None),
    )
    .order_by(EVENTS.c.seq.desc())
    .limit(MOST_REMEMBERED)
)
_WHISPERED = (
    select(EVENTS.c.body)
    .where(
        EVENTS.c.conversation_id == bindparam("conversation"),
        EVENTS.c.kind == "whisper.added",
        EVENTS.c.body.is_not(None),
    )
    .order_by(EVENTS.c.seq.desc())
    .limit(MOST_WHISPERS)
)
_DECIDED = (
    select(TURNS.c.decision, TURNS.c.small_talk)
    .where(TURNS.c.conversation_id == bindparam("conversation"), TURNS.c.state == "done", ~TURNS.c.shadow)
    .order_by(TURNS.c.created_at.desc())
    .limit(MOST_LOOKED_BACK)
)


def gather(connection: Connection, turn_id: str) -> Gathered | None:
    """The visitor's unanswered messages as one, and what was said before them; None for a turn without the word."""
    found = connection.execute(_WHOSE, {"turn_id": turn_id}).first()
    if found is None or found.state != "queued":
        return None
    if not found.shadow and not may_speak(cast(Held, found), turn_id, found.turn_epoch):
        return None
    said = read_said(connection, found.conversation_id)
    upto_seq = max((seq for seq, one in said if one.author == "visitor"), default=0)
    since_seq, of_case = _in_shadow(found, said) if found.shadow else _in_turn(connection, found)
    case = case_of(said, since_seq, found.locale, of_case)
    basis = {"since_seq": since_seq} | of_case
    if case is None:
        return None
    return Gathered(turn_id, found.conversation_id, found.turn_epoch, upto_seq, case, basis, found.shadow)


def _in_turn(connection: Connection, found: Any) -> tuple[int, dict[str, Any]]:
    """Since which entry nothing is answered, and what the log doesn't say of the case."""
    decided = _decided(connection, found.conversation_id)
    clarified_last = decided[:1] == ["clarify"]
    return found.answered_seq, {
        "offers_running": found.offers_running,
        "turns_without_progress": _without_progress(decided),
        "clarified_last": clarified_last,
        "choices": _choices(connection, found.conversation_id) if clarified_last else (),
        "guidance": _guidance(connection, found.conversation_id),
    }


def _in_shadow(found: Any, said: Said) -> tuple[int, dict[str, Any]]:
    """The same where people answer: since their last message, and without drafts that nobody was told."""
    spoken = max((seq for seq, one in said if one.author != "visitor"), default=0)
    return max(found.answered_seq, spoken), {}


def case_of(said: Said, since_seq: int, locale: str | None, of_case: Mapping[str, Any]) -> Case | None:
    """What the visitor said after `since_seq` as one message, with what was said before it; None where that is nothing.

    `of_case` are the fields of the case that the log doesn't say.
    """
    new = [(seq, one) for seq, one in said if one.author == "visitor" and seq > since_seq]
    if not new:
        return None
    message = "\n".join(one.text for _, one in new)
    return Case(message, tuple(one for seq, one in said if seq < new[0][0]), locale, **of_case)


def read_said(connection: Connection, conversation: str, upto_seq: int = NEWEST) -> Said:
    """The last messages up to an entry of the log, the oldest first, each with its seq; erased ones are left out."""
    newest = connection.execute(_SAID, {"conversation": conversation, "upto_seq": upto_seq}).all()
    return [
        (row.seq, Utterance(row.author_kind, str(orjson.loads(row.body).get("text", "")))) for row in reversed(newest)
    ]


def _guidance(connection: Connection, conversation: str) -> str | None:
    """What agents whispered last to the assistant, the oldest first."""
    bodies = connection.execute(_WHISPERED, {"conversation": conversation}).scalars().all()
    return "\n".join(str(orjson.loads(body).get("text", "")) for body in reversed(bodies)) or None


def _choices(connection: Connection, conversation: str) -> tuple[str, ...]:
    """What the assistant's last message gave to choose from."""
    rows = connection.execute(_SAID, {"conversation": conversation, "upto_seq": NEWEST})
    body = next((row.body for row in rows if row.author_kind == "assistant"), "{}")
    return tuple(orjson.loads(body).get("choices", ()))


def _decided(connection: Connection, conversation: str) -> list[str | None]:
    """What the newest turns came to, the newest first, small talk left out."""
    rows = connection.execute(_DECIDED, {"conversation": conversation})
    return [row.decision for row in rows if not row.small_talk]


def _without_progress(decided: Sequence[str | None]) -> int:
    """How many turns running brought no answer."""
    return decided.index("answer") if "answer" in decided else len(decided)
