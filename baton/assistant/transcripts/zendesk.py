"""Tickets with their comments, as Zendesk exports them: `id`, `description`, `requester_id`, `comments`; and `users`.

A comment that isn't public was written for colleagues. It is never used, neither as what the visitor said nor as what
they were told.
"""

import html
from collections.abc import Mapping
from typing import Any

from baton.assistant.transcripts.markup import text_of_markup
from baton.assistant.transcripts.transcript import Author, BadTranscript, Message, Transcript

END_USER = "end-user"
Roles = Mapping[Any, str]
"""User id to role: end-user, agent or admin."""


def is_zendesk(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("comments"), list) and ("requester_id" in item or "requester" in item)


def read_zendesk(item: Mapping[str, Any], roles: Roles, place: str) -> Transcript:
    """One ticket. Whoever asked is the visitor; so is a user with the role `end-user`. Raises BadTranscript."""
    asked_by = item["requester_id"] if "requester_id" in item else (item["requester"] or {}).get("id")
    messages = [one for comment in item["comments"] if (one := _message(comment, asked_by, roles, place))]
    if not any(one.author == "visitor" for one in messages) and (text := str(item.get("description") or "").strip()):
        messages.insert(0, Message("visitor", text, _at(item)))
    return Transcript(str(item.get("id") or place), tuple(messages))


def _message(comment: Any, asked_by: Any, roles: Roles, place: str) -> Message | None:
    if not isinstance(comment, dict) or "author_id" not in comment:
        raise BadTranscript(f'{place}: each of "comments" needs an "author_id".')
    text = _text(comment)
    if comment.get("public") is not True or not text:
        return None
    by = comment["author_id"]
    author: Author = "visitor" if by == asked_by or roles.get(by) == END_USER else "agent"
    return Message(author, text, _at(comment))


def _text(comment: Mapping[str, Any]) -> str:
    """The plain body, which still has entities in it; else what the markup says."""
    if plain := comment.get("plain_body") or comment.get("body"):
        return html.unescape(str(plain)).replace("\xa0", " ").strip()
    return text_of_markup(str(comment.get("html_body") or ""))


def _at(value: Mapping[str, Any]) -> str | None:
    return None if value.get("created_at") is None else str(value["created_at"])
