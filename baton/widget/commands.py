"""What each of a visitor's frames writes: functions over a transaction that return the seq to acknowledge."""

from collections.abc import Callable

from sqlalchemy import select, update

from baton.assistant.conversations import VISITORS, Arrival, open_conversation
from baton.core.log import Author
from baton.core.transaction import EVENTS, Transaction
from baton.handoff.desk import Desk
from baton.widget.door import Door
from baton.widget.frames import SendContact, SendFeedback, SendMessage, SendRating

Work = Callable[[Transaction], int]


class NoSuchEvent(Exception):
    """The frame is about an event that isn't there, or isn't what it must be."""


def send_message(conversation: str, arrival: Arrival, frame: SendMessage, door: Door) -> Work:
    """Store what the visitor said."""
    return lambda tx: door.receive(tx, conversation, arrival, frame.text, frame.client_id, door.worker).seq


def request_handoff(conversation: str, arrival: Arrival, desk: Desk, client_id: str) -> Work:
    """Ask for a person."""

    def work(tx: Transaction) -> int:
        open_conversation(tx, conversation, arrival)
        return desk.request(tx, conversation, arrival.visitor, client_id).seq

    return work


def cancel_handoff(conversation: str, arrival: Arrival, desk: Desk, client_id: str) -> Work:
    """No longer want one. Raises NoSuchEvent when none was asked for."""

    def work(tx: Transaction) -> int:
        open_conversation(tx, conversation, arrival)
        written = desk.cancel(tx, conversation, arrival.visitor, client_id)
        if written is None:
            raise NoSuchEvent("No person was asked for, so there is nothing to cancel.")
        return written.seq

    return work


def send_feedback(
    conversation: str, arrival: Arrival, frame: SendFeedback, suggest_person: Callable[[Transaction, str], None]
) -> Work:
    """Keep whether an answer helped; where it didn't, a person is offered. Raises NoSuchEvent."""

    def work(tx: Transaction) -> int:
        locked = open_conversation(tx, conversation, arrival)
        about = select(EVENTS.c.seq).where(EVENTS.c.conversation_id == conversation, EVENTS.c.seq == frame.seq)
        spoken = about.where(EVENTS.c.kind == "message.added", EVENTS.c.author_kind.in_(("assistant", "agent")))
        if tx.connection.execute(spoken).first() is None:
            raise NoSuchEvent(f"Event {frame.seq} is no answer, so it can't be judged.")
        body = {"seq": frame.seq, "helpful": frame.helpful, "comment": frame.comment}
        author = Author.visitor(arrival.visitor)
        event = tx.append(locked, "feedback.given", author, body, audience="staff", client_id=frame.client_id)
        if not event.repeated and not frame.helpful and locked.holder_kind == "assistant":
            suggest_person(tx, conversation)
        return event.seq

    return work


def send_rating(conversation: str, arrival: Arrival, frame: SendRating) -> Work:
    """Keep how the conversation was."""

    def work(tx: Transaction) -> int:
        locked = open_conversation(tx, conversation, arrival)
        body = {"score": frame.score, "comment": frame.comment}
        author = Author.visitor(arrival.visitor)
        return tx.append(locked, "rating.given", author, body, audience="staff", client_id=frame.client_id).seq

    return work


def send_contact(conversation: str, arrival: Arrival, frame: SendContact) -> Work:
    """Keep an address to reply to. It is claimed, not verified, and links nothing."""

    def work(tx: Transaction) -> int:
        locked = open_conversation(tx, conversation, arrival)
        body = {"email": frame.email, "name": frame.name, "more": frame.more}
        author = Author.visitor(arrival.visitor)
        event = tx.append(locked, "contact.given", author, body, audience="staff", client_id=frame.client_id)
        if not event.repeated:
            visitor = VISITORS.c
            claimed = {"email": frame.email, "assurance": "claimed"} | ({"name": frame.name} if frame.name else {})
            changed = update(VISITORS).where(visitor.id == arrival.visitor, visitor.assurance != "verified")
            tx.connection.execute(changed.values(claimed))
        return event.seq

    return work


def read_up_to(conversation: str, seq: int) -> Callable[[Transaction], None]:
    """Remember how far the visitor has seen."""

    def work(tx: Transaction) -> None:
        locked = tx.find_conversation(conversation)
        if locked is None or not locked.visitor_read_seq < seq <= locked.last_seq:
            return
        locked.visitor_read_seq = seq
        tx.notify(f"conversation:{conversation}", read={"author": "visitor", "seq": seq})

    return work
