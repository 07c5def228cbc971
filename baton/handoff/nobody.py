"""What a visitor is told when nobody is on duty: the owner's words, or else ours in the visitor's language."""

from functools import cache
from importlib import resources
from typing import Any

import orjson
import yaml
from sqlalchemy import Connection, select

from baton.assistant import languages, phrases, smalltalk
from baton.core.transaction import CONVERSATIONS, EVENTS
from baton.handoff.settings import HandoffSettings

MOST_MESSAGES = 5


def language_of(connection: Connection, conversation_id: str) -> str | None:
    """What the visitor wrote in last, where it can be told; an "ok" can't. Else what their page or browser says."""
    said = (EVENTS.c.kind == "message.added") & (EVENTS.c.author_kind == "visitor")
    query = select(EVENTS.c.body).where(EVENTS.c.conversation_id == conversation_id, said)
    newest = connection.execute(query.order_by(EVENTS.c.seq.desc()).limit(MOST_MESSAGES)).scalars()
    texts = [orjson.loads(body)["text"] for body in newest if body]
    told = (languages.detect(text) for text in texts if smalltalk.kind_of(text) is None)
    row = select(CONVERSATIONS.c.locale).where(CONVERSATIONS.c.id == conversation_id)
    return next((language for language in told if language), None) or connection.execute(row).scalar()


def in_words(settings: HandoffSettings, language: str | None, *, knows_address: bool) -> str:
    """That nobody is here, the opening hours, and how an answer comes all the same."""
    ending = "known_address" if knows_address else "address"
    own_ending = settings.known_address_text if knows_address else settings.address_text
    nobody = settings.nobody_text or phrases.in_language(_texts()["nobody"], language)
    told = (nobody, settings.opening_hours, own_ending or phrases.in_language(_texts()[ending], language))
    return " ".join(part for part in told if part)


@cache
def _texts() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        resources.files("baton.handoff").joinpath("nobody.yaml").read_text("utf-8")
    )
    return content
