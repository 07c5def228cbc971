"""What the desk's transitions are made of: checking and moving the row, writing the log, giving the conversation on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NoReturn

from sqlalchemy import select

from baton.assistant.conversations import VISITORS, change_holder, reopen
from baton.core.log import Author, LogEvent
from baton.core.staff import StaffMember
from baton.core.transaction import LockedConversation, Transaction
from baton.handoff import rows
from baton.handoff.errors import already_taken, not_found, not_holder, not_open
from baton.handoff.line import position_of
from baton.handoff.people import Face, name_of
from baton.handoff.records import Handoff
from baton.handoff.settings import HandoffSettings
from baton.handoff.transitions import OPEN, QUEUED, Move, after, deadline


def locked(tx: Transaction, handoff_id: str) -> tuple[LockedConversation, Handoff]:
    """The conversation under its lock, then the handoff as it stands under that lock. Raises `not_found`."""
    known = rows.find(tx.connection, handoff_id)
    if known is None:
        raise not_found("handoff")
    conversation = tx.conversation(known.conversation_id)
    return conversation, rows.find(tx.connection, handoff_id) or known


def must_hold(handoff: Handoff, agent: StaffMember, *, or_supervisor: bool = False) -> None:
    """Raises `not_open` when it has ended, `not_holder` when `agent` may not act on it."""
    if handoff.status not in OPEN:
        raise not_open(handoff.status)
    if handoff.accepted_by != agent.id and not (or_supervisor and agent.may("supervisor")):
        raise not_holder()


def held_by_other(tx: Transaction, handoff: Handoff) -> NoReturn:
    """Raises `already_taken`, naming who holds it."""
    holder = str(handoff.accepted_by)
    raise already_taken(holder, name_of(tx.connection, holder))


def held_already(tx: Transaction, handoff: Handoff, agent_id: str) -> Handoff:
    """The accepted handoff, if `agent_id` is who accepted it. Raises `already_taken`."""
    return handoff if handoff.accepted_by == agent_id else held_by_other(tx, handoff)


def move(tx: Transaction, handoff: Handoff, by: Move, settings: HandoffSettings) -> None:
    """Into the next state, with its deadline. Raises `not_open`."""
    state = after(handoff.status, by)  # type: ignore[arg-type]
    handoff.status = state
    handoff.due_at = deadline(state, tx.now, handoff.expires_at, settings)
    tx.notify("handoffs", handoff=handoff.id, status=state)


def requeue(
    tx: Transaction,
    conversation: LockedConversation,
    handoff: Handoff,
    team: str,
    passed: Sequence[str],
    settings: HandoffSettings,
    lapsed: Sequence[str] = (),
) -> None:
    """To the queue of `team`, from now on; of `passed` only those of `lapsed` are asked again, later."""
    handoff.team = team
    handoff.offered_to = handoff.offered_at = handoff.accepted_by = handoff.accepted_at = handoff.told_nobody_at = None
    handoff.declined_by = list(dict.fromkeys(passed))
    handoff.lapsed_by, handoff.lapsed_at = list(lapsed), tx.now if lapsed else None
    handoff.queued_at = tx.now
    handoff.expires_at = tx.now + timedelta(hours=settings.expire_hours)
    handoff.due_at = handoff.expires_at
    hold_in_queue(tx, conversation, handoff)


def hold_in_queue(tx: Transaction, conversation: LockedConversation, handoff: Handoff) -> None:
    """The conversation waits for a person of the handoff's team; nobody answers meanwhile."""
    change_holder(tx, conversation, status="waiting_for_agent", kind="handoff", id=handoff.id)
    conversation.team = handoff.team


def reopen_if_resolved(tx: Transaction, conversation: LockedConversation) -> None:
    """A resolved conversation goes on; any other stays as it is."""
    if conversation.status == "resolved":
        reopen(tx, conversation)


def decline(handoff: Handoff, agent_id: str) -> None:
    """`agent_id` is not asked again for this handoff."""
    _pass_on(handoff, agent_id)
    handoff.lapsed_by = [id for id in handoff.lapsed_by if id != agent_id]


def has_declined(handoff: Handoff, agent_id: str) -> bool:
    """Whether `agent_id` said no, and isn't asked by a colleague nevertheless."""
    passed = agent_id in handoff.declined_by and agent_id not in handoff.lapsed_by
    return passed and handoff.offered_to != agent_id


def lapse(tx: Transaction, handoff: Handoff, agent_id: str) -> None:
    """`agent_id` did not answer, and is asked again later if nobody else is free."""
    _pass_on(handoff, agent_id)
    handoff.lapsed_by, handoff.lapsed_at = [*handoff.lapsed_by, agent_id], tx.now


def _pass_on(handoff: Handoff, agent_id: str) -> None:
    handoff.declined_by = list(dict.fromkeys([*handoff.declined_by, agent_id]))
    if handoff.offered_to == agent_id:
        handoff.offered_to = handoff.offered_at = None


def end(tx: Transaction, handoff: Handoff, by: Move, agent: str | None, settings: HandoffSettings) -> None:
    """Into an ended state."""
    move(tx, handoff, by, settings)
    handoff.offered_to = handoff.offered_at = None
    handoff.ended_at, handoff.ended_by = tx.now, agent


def say(
    tx: Transaction,
    conversation: LockedConversation,
    handoff: Handoff,
    kind: str,
    author: Author,
    face: Face | None = None,
    *,
    client_id: str | None = None,
    **more: Any,
) -> LogEvent:
    """The event of a transition that the visitor sees too."""
    position = position_of(tx.connection, handoff) if handoff.status in QUEUED else None
    body = {"handoff": handoff.id, "agent": face, "position": position} | more
    return tx.append(conversation, kind, author, body, client_id=client_id)


def say_staff(
    tx: Transaction, conversation: LockedConversation, handoff: Handoff, kind: str, author: Author, **body: Any
) -> None:
    """A part of it that is for staff alone: who was asked, why, a note."""
    tx.append(conversation, kind, author, {"handoff": handoff.id} | body, audience="staff")


def note(tx: Transaction, conversation: LockedConversation, handoff: Handoff, agent_id: str, text: str | None) -> None:
    """What an agent writes to the next one, or for the assistant, when giving the conversation on."""
    if text:
        handoff.note = text
        say_staff(tx, conversation, handoff, "handoff.noted", Author.agent(agent_id), text=text)


def knows_address(tx: Transaction, conversation: LockedConversation) -> bool:
    """Whether the visitor can be answered by mail."""
    query = select(VISITORS.c.email).where(VISITORS.c.id == conversation.visitor_id)
    return bool(tx.connection.execute(query).scalar())
