"""What an agent writes: fenced messages to the visitor, notes to colleagues, whispers to the assistant."""

from typing import Any, Literal

from baton.assistant.conversations import note_line
from baton.core.log import Author, LogEvent
from baton.core.staff import StaffMember
from baton.core.transaction import Transaction
from baton.handoff.errors import not_holder

AsideKind = Literal["note.added", "whisper.added"]


def send_message(tx: Transaction, conversation_id: str, agent: StaffMember, client_id: str, text: str) -> LogEvent:
    """A message to the visitor, once. It commits only while `agent` holds the conversation. Raises `not_holder`."""
    conversation = tx.conversation(conversation_id)
    author = Author.agent(agent.id)
    body: dict[str, Any] = {
        "text": text,
        "client_id": client_id,
        "turn": None,
        "citations": [],
        "choices": [],
        "files": [],
    }
    if tx.find_written(conversation_id, client_id):
        return tx.append(conversation, "message.added", author, body, client_id=client_id)
    if (conversation.holder_kind, conversation.holder_id) != ("agent", agent.id):
        raise not_holder()
    event = tx.append(conversation, "message.added", author, body, client_id=client_id)
    note_line(conversation, text, tx)
    conversation.staff_read_seq = event.seq
    return event


def write_aside(
    tx: Transaction, kind: AsideKind, conversation_id: str, agent: StaffMember, client_id: str, text: str
) -> LogEvent:
    """A note or a whisper, once: kept in the log, never shown to a visitor. Any agent may, whoever holds."""
    conversation = tx.conversation(conversation_id)
    body = {"text": text, "client_id": client_id}
    return tx.append(conversation, kind, Author.agent(agent.id), body, audience="staff", client_id=client_id)


def mark_read(tx: Transaction, conversation_id: str, seq: int) -> None:
    """Staff have seen the conversation up to `seq`."""
    conversation = tx.conversation(conversation_id)
    seen = min(seq, conversation.last_seq)
    if seen > conversation.staff_read_seq:
        conversation.staff_read_seq = seen
        tx.notify("inbox", conversation=conversation_id)
        tx.notify(f"conversation:{conversation_id}", read={"author": "agent", "seq": seen})
