"""Shadow mode: people answer everything, and the assistant drafts beside them. No turn of it ever has the word."""

from sqlalchemy import update

from baton.assistant.conversations import TURNS, Arrival, keep_message, queue_turn
from baton.assistant.decisions import Reason
from baton.assistant.desk import Desk
from baton.core.log import LogEvent
from baton.core.transaction import LockedConversation, Transaction

REASON = Reason("shadow", "The assistant only drafts for agents here, so people answer.")
REASONS = ({"code": REASON.code, "text": REASON.text},)


def receive_in_shadow(
    tx: Transaction,
    conversation_id: str,
    arrival: Arrival,
    text: str,
    client_id: str | None,
    worker: str | None,
    *,
    desk: Desk,
) -> LogEvent:
    """Store a visitor's message, give the conversation to people at once, and queue a turn that drafts for them."""
    conversation, event, is_new = keep_message(tx, conversation_id, arrival, text, client_id)
    if is_new:
        if conversation.holder_kind == "assistant":
            desk.escalate(tx, conversation, REASONS)
        queue_draft(tx, conversation, worker)
    return event


def queue_draft(tx: Transaction, conversation: LockedConversation, worker: str | None) -> None:
    """Queue a turn in the place of one that hasn't drafted yet: it takes the earlier message into account too."""
    waiting = (TURNS.c.conversation_id == conversation.id, TURNS.c.state == "queued", TURNS.c.shadow)
    ended = {"state": "superseded", "due_at": None, "finished_at": tx.now}
    tx.connection.execute(update(TURNS).where(*waiting).values(ended))
    queue_turn(tx, conversation, worker, shadow=True)
