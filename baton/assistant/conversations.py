"""What a visitor's words and a change of holder do to a conversation: the two fences live here.

`epoch` rises with every change of holder, resolve and reopen; `turn` names the only turn that may speak. Both are
checked in the very transaction that would write what the assistant says.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import bindparam, insert, select, update

from baton.assistant import identifiers
from baton.assistant.records import Turn, Visitor
from baton.core.ids import new_id
from baton.core.log import Author, LogEvent
from baton.core.transaction import EVENTS, LockedConversation, Transaction

TURNS = Turn.__table__  # type: ignore[attr-defined]
VISITORS = Visitor.__table__  # type: ignore[attr-defined]

MOST_SUPERSEDES = 3
LONGEST_BURST = timedelta(seconds=10)
LEASE = timedelta(seconds=15)
"""How long a turn belongs to the process that took its message, unless renewed."""
LINE = 160


_SUPERSEDE = (
    update(TURNS)
    .where(TURNS.c.id == bindparam("turn"), TURNS.c.state == "queued")
    .values(state="superseded", due_at=None, finished_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who writes from where, for the rows that are made with a conversation's first entry."""

    visitor: str
    locale: str | None = None
    page_url: str | None = None
    page_title: str | None = None
    name: str | None = None
    email: str | None = None
    subject: str | None = None
    sample: bool = False


def receive(
    tx: Transaction, conversation_id: str, arrival: Arrival, text: str, client_id: str | None, worker: str | None
) -> LogEvent:
    """Store a visitor's message and, where the assistant holds, the turn that will answer it, claimed by `worker`."""
    conversation, event, is_new = keep_message(tx, conversation_id, arrival, text, client_id)
    if is_new and conversation.holder_kind == "assistant":
        open_turn(tx, conversation, worker)
    return event


def keep_message(
    tx: Transaction, conversation_id: str, arrival: Arrival, text: str, client_id: str | None
) -> tuple[LockedConversation, LogEvent, bool]:
    """Store a visitor's message alone; False for one that stood there already."""
    conversation = open_conversation(tx, conversation_id, arrival)
    if client_id is not None and (first := tx.find_written(conversation_id, client_id)) is not None:
        return conversation, first, False
    if conversation.status == "resolved":
        reopen(tx, conversation)
    event = tx.append(
        conversation,
        "message.added",
        Author.visitor(arrival.visitor),
        {"text": text, "client_id": client_id, "turn": None, "citations": [], "choices": [], "files": []},
        client_id=client_id,
    )
    note_line(conversation, text, tx)
    return conversation, event, True


def open_conversation(tx: Transaction, conversation_id: str, arrival: Arrival) -> LockedConversation:
    """The conversation, made with its visitor if this is its first entry."""
    conversation = tx.find_conversation(conversation_id)
    if conversation is not None:
        return conversation
    _keep_visitor(tx, arrival)
    return tx.create_conversation(
        conversation_id,
        visitor_id=arrival.visitor,
        locale=arrival.locale,
        page_url=arrival.page_url,
        page_title=arrival.page_title,
        sample=arrival.sample,
    )


def note_line(conversation: LockedConversation, text: str, tx: Transaction) -> None:
    """Keep the first and the newest line for lists, without the numbers of payment cards."""
    line = " ".join(identifiers.without_payment_cards(text).split())[:LINE]
    conversation.first_line = conversation.first_line or line
    conversation.last_line = line
    conversation.last_message_at = tx.now


def open_turn(tx: Transaction, conversation: LockedConversation, worker: str | None) -> None:
    """Queue the turn that may speak next. It takes the word from the one before, unless that one was already put off
    three times or for ten seconds: then it is let finish, and what it did not see gets a turn after it."""
    if conversation.turn is not None:
        started = conversation.turn_started_at or tx.now
        if conversation.turn_supersedes >= MOST_SUPERSEDES or tx.now - started > LONGEST_BURST:
            return
        _end_turn(tx, conversation.turn)
        conversation.turn_supersedes += 1
    else:
        conversation.turn_started_at = tx.now
        conversation.turn_supersedes = 0
    conversation.turn = queue_turn(tx, conversation, worker)


def queue_turn(tx: Transaction, conversation: LockedConversation, worker: str | None, *, shadow: bool = False) -> str:
    """Stage the row of a new turn and tell its worker after the commit."""
    epoch = conversation.epoch
    turn = Turn(id=new_id("trn"), conversation_id=conversation.id, epoch=epoch, created_at=tx.now, shadow=shadow)
    row = turn.model_dump() | {"due_at": tx.now, "claimed_by": worker}
    tx.insert(Turn, row | ({"claimed_until": tx.now + LEASE, "attempts": 1} if worker else {}))
    tx.notify("turns", conversation=conversation.id, turn=turn.id, worker=worker)
    return turn.id


class Held(Protocol):
    """A conversation, locked or only read, as far as the fence looks at it."""

    @property
    def holder_kind(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def turn(self) -> str | None: ...


def may_speak(conversation: Held, turn_id: str, epoch: int) -> bool:
    """The fence: whether this turn still has the word."""
    return conversation.holder_kind == "assistant" and conversation.epoch == epoch and conversation.turn == turn_id


def finish_turn(tx: Transaction, conversation: LockedConversation, upto_seq: int, worker: str | None) -> None:
    """Give the word back; messages that came after `upto_seq` get a turn of their own."""
    conversation.turn, conversation.turn_started_at, conversation.turn_supersedes = None, None, 0
    conversation.answered_seq = max(conversation.answered_seq, upto_seq)
    if conversation.holder_kind == "assistant" and has_unanswered(tx, conversation):
        open_turn(tx, conversation, worker)


def change_holder(
    tx: Transaction, conversation: LockedConversation, *, status: str, kind: str, id: str | None = None
) -> None:
    """Pass the conversation on: the epoch rises, and no turn that was under way can speak any more."""
    if conversation.turn is not None:
        _end_turn(tx, conversation.turn)
        tx.notify("turns", conversation=conversation.id, turn=None)
    conversation.status, conversation.holder_kind, conversation.holder_id = status, kind, id
    conversation.epoch += 1
    conversation.turn, conversation.turn_started_at, conversation.turn_supersedes = None, None, 0


def give_to_assistant(tx: Transaction, conversation: LockedConversation) -> None:
    """The assistant holds again; what the visitor said before is not answered a second time."""
    change_holder(tx, conversation, status="with_assistant", kind="assistant")
    conversation.answered_seq = conversation.last_seq


def resolve(tx: Transaction, conversation: LockedConversation, outcome: str, author: Author) -> LogEvent:
    """End a conversation; a new message of the visitor reopens it."""
    change_holder(tx, conversation, status="resolved", kind="assistant")
    conversation.outcome, conversation.resolved_at = outcome, tx.now
    conversation.answered_seq = conversation.last_seq
    return tx.append(conversation, "conversation.resolved", author, {"outcome": outcome})


def reopen(tx: Transaction, conversation: LockedConversation) -> None:
    """A visitor came back: the assistant holds, as at the beginning."""
    give_to_assistant(tx, conversation)
    conversation.outcome, conversation.resolved_at = None, None
    tx.append(conversation, "conversation.reopened", Author.system(), {})


_UNANSWERED = (
    select(EVENTS.c.seq)
    .where(
        EVENTS.c.conversation_id == bindparam("conversation"),
        EVENTS.c.seq > bindparam("answered_seq"),
        EVENTS.c.kind == "message.added",
        EVENTS.c.author_kind == "visitor",
    )
    .limit(1)
)


def has_unanswered(tx: Transaction, conversation: LockedConversation) -> bool:
    """Whether the visitor said something that no turn has taken into account."""
    whose = {"conversation": conversation.id, "answered_seq": conversation.answered_seq}
    return tx.connection.execute(_UNANSWERED, whose).first() is not None


def _keep_visitor(tx: Transaction, arrival: Arrival) -> None:
    if tx.connection.execute(select(VISITORS.c.id).where(VISITORS.c.id == arrival.visitor)).first():
        return
    visitor = Visitor(
        id=arrival.visitor,
        name=arrival.name,
        email=arrival.email,
        subject=arrival.subject,
        assurance="verified" if arrival.subject else "anonymous",
        locale=arrival.locale,
        sample=arrival.sample,
        created_at=tx.now,
        seen_at=tx.now,
    )
    tx.connection.execute(insert(VISITORS), [visitor.model_dump()])


def _end_turn(tx: Transaction, turn_id: str) -> None:
    tx.update(_SUPERSEDE, {"turn": turn_id, "now": tx.now})
