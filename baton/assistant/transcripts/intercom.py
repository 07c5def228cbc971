"""Conversations as Intercom exports them: `id`, `source`, and `conversation_parts` with HTML bodies.

Of the parts only what visitors see is used: notes are for colleagues, and assignments and the like say nothing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from baton.assistant.transcripts.markup import text_of_markup
from baton.assistant.transcripts.transcript import Author, BadTranscript, Message, Transcript

SPOKEN = frozenset({"comment", "open", "close"})
"""Kinds of part that a visitor reads: a reply, one that opens the conversation again, and one that closes it."""
_AUTHORS: dict[str, Author] = {
    "user": "visitor",
    "lead": "visitor",
    "contact": "visitor",
    "admin": "agent",
    "team": "agent",
    "bot": "assistant",
}


def is_intercom(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("source"), dict) and "conversation_parts" in item


def read_intercom(item: Mapping[str, Any], place: str) -> Transcript:
    """One conversation: its source is the first message. Raises BadTranscript."""
    parts = item["conversation_parts"]
    parts = parts.get("conversation_parts") if isinstance(parts, dict) else parts
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise BadTranscript(f'{place}: "conversation_parts" must hold a list of that name.')
    spoken = [part for part in parts if part.get("part_type") in SPOKEN and not part.get("redacted")]
    first = {"created_at": item.get("created_at")} | item["source"]
    messages = [one for part in (first, *spoken) if (one := _message(part, place))]
    return Transcript(str(item.get("id") or place), tuple(messages))


def _message(part: Mapping[str, Any], place: str) -> Message | None:
    text = text_of_markup(str(part.get("body") or ""))
    if not text:
        return None
    author = part.get("author") or {}
    kind = str(author.get("type"))
    if kind not in _AUTHORS:
        raise BadTranscript(f"{place}: a message is of {kind!r}, who is none of {', '.join(_AUTHORS)}.")
    by: Author = "assistant" if author.get("from_ai_agent") else _AUTHORS[kind]
    return Message(by, text, _at(part.get("created_at")))


def _at(seconds: Any) -> str | None:
    """Times are seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).isoformat() if isinstance(seconds, int | float) else None
