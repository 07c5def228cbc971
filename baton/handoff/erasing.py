"""Erasing a conversation: what was said, and every row that was made of it. The log keeps its shape and its chain."""

from sqlalchemy import delete

from baton.assistant.conversations import TURNS, change_holder
from baton.assistant.experiments import EXPERIMENT_ROWS
from baton.core.erasing import erase_bodies
from baton.core.transaction import Transaction
from baton.handoff.rows import HANDOFFS
from baton.knowledge.usage import USAGE


def erase_conversation(tx: Transaction, id: str) -> None:
    """End it, whoever holds it, then erase it. Lists don't show it any more. Raises NotFound."""
    conversation = tx.conversation(id)
    if conversation.status != "resolved":
        change_holder(tx, conversation, status="resolved", kind="assistant")
        conversation.resolved_at = tx.now
    erase_bodies(tx, conversation)
    for rows in (TURNS, HANDOFFS, USAGE, EXPERIMENT_ROWS):
        tx.connection.execute(delete(rows).where(rows.c.conversation_id == id))
