"""Erasing what a log says without breaking its chain: bodies and salts go, digests stay, and an entry tells of it."""

from sqlalchemy import select, update

from baton.core.audit import ERASED
from baton.core.log import Author, LogEvent
from baton.core.transaction import EVENTS, LockedConversation, Transaction


def erase_bodies(tx: Transaction, conversation: LockedConversation) -> LogEvent | None:
    """Remove every body and salt of a log, and with them its lines in lists. None when there is nothing to erase."""
    still_said = (
        EVENTS.c.conversation_id == conversation.id,
        EVENTS.c.body.is_not(None),
        EVENTS.c.kind != ERASED,
    )
    connection = tx.connection
    seqs = list(connection.execute(select(EVENTS.c.seq).where(*still_said).order_by(EVENTS.c.seq)).scalars())
    if not seqs:
        return None
    connection.execute(update(EVENTS).where(*still_said).values(body=None, salt=None))
    conversation.first_line = conversation.last_line = conversation.page_url = conversation.page_title = None
    conversation.mood, conversation.erased_at = None, tx.now
    return tx.append(conversation, ERASED, Author.system(), {"seq": seqs})
