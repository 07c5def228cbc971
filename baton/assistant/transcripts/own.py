"""Our own form: `{"id", "messages": [{"author": "visitor|agent|assistant", "text", "at"}]}`."""

from collections.abc import Mapping
from typing import Any

from baton.assistant.transcripts.transcript import Author, BadTranscript, Message, Transcript

_AUTHORS: tuple[Author, ...] = ("visitor", "agent", "assistant")


def is_own(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("messages"), list)


def read_own(item: Mapping[str, Any], place: str) -> Transcript:
    """Raises BadTranscript naming the message."""
    messages = [_message(one, f"{place}, message {number}") for number, one in enumerate(item["messages"], start=1)]
    return Transcript(str(item.get("id") or place), tuple(one for one in messages if one.text))


def _message(value: Any, place: str) -> Message:
    if not isinstance(value, dict):
        raise BadTranscript(f'{place} must be an object with "author" and "text".')
    author = next((one for one in _AUTHORS if one == value.get("author")), None)
    if author is None:
        given = value.get("author")
        raise BadTranscript(f'{place}: "author" must be {", ".join(_AUTHORS[:-1])} or {_AUTHORS[-1]}, not {given!r}.')
    text = value.get("text")
    if not isinstance(text, str):
        raise BadTranscript(f'{place} needs a text as "text".')
    return Message(author, text.strip(), None if value.get("at") is None else str(value["at"]))
