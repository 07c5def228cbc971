"""Reads a file of past conversations, whichever of the known forms it has: it is told by its shape."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from baton.assistant.transcripts.intercom import is_intercom, read_intercom
from baton.assistant.transcripts.own import is_own, read_own
from baton.assistant.transcripts.transcript import BadTranscript, Transcript
from baton.assistant.transcripts.zendesk import is_zendesk, read_zendesk
from baton.core.errors import NotFound

LISTS = ("tickets", "conversations")
FORMS = (
    'our own form (with "messages"), a ticket of Zendesk (with "comments" and "requester_id") or a conversation of '
    'Intercom (with "source" and "conversation_parts")'
)


def read_transcripts(file: Path) -> list[Transcript]:
    """The conversations of a JSON document or of JSON lines. Raises NotFound, BadTranscript."""
    if not file.is_file():
        raise NotFound(f"{file} does not exist. Give a file of past conversations.")
    documents = list(_documents(file))
    items = [(place, item) for place, document in documents for place, item in _items(document, place)]
    roles = {user["id"]: user.get("role", "") for _, document in documents for user in _users(document)}
    transcripts = [_read(item, roles, f"{file.name}, {place}") for place, item in items]
    if not transcripts:
        raise BadTranscript(f"{file} has no conversations.")
    return transcripts


def _read(item: Any, roles: dict[Any, str], place: str) -> Transcript:
    if isinstance(item, dict):
        if is_own(item):
            return read_own(item, place)
        if is_zendesk(item):
            return read_zendesk(item, roles, place)
        if is_intercom(item):
            return read_intercom(item, place)
    raise BadTranscript(f"{place} is not a conversation of a form that is known: {FORMS}.")


def _documents(file: Path) -> Iterator[tuple[str, Any]]:
    """The whole file as one JSON document, or each line as one."""
    content = file.read_bytes()
    try:
        yield "", orjson.loads(content)
        return
    except orjson.JSONDecodeError as error:
        if len(lines := content.splitlines()) < 2:
            raise BadTranscript(f"{file} is not JSON: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadTranscript(f"{file}, line {number} is not JSON: {error}.") from error


def _items(document: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The conversations of a document: a list of them, a page with a list of them, or itself."""
    named = next((document[name] for name in LISTS if _has_list(document, name)), document)
    if not isinstance(named, list):
        yield place or "the document", named
        return
    for number, item in enumerate(named, start=1):
        yield f"{place}, entry {number}".removeprefix(", "), item


def _users(document: Any) -> Iterator[dict[str, Any]]:
    if _has_list(document, "users"):
        yield from (user for user in document["users"] if isinstance(user, dict) and "id" in user)


def _has_list(document: Any, name: str) -> bool:
    return isinstance(document, dict) and isinstance(document.get(name), list)
