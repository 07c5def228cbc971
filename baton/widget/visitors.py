"""Who a visitor is: a signed token that names them, conversation ids only they can own, and the site's own word."""

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

import jwt
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, select

from baton.core.ids import new_id
from baton.core.keys import Keys
from baton.core.transaction import CONVERSATIONS

PURPOSE = "visitor"
VERIFIED = "ver_"
"""Begins the id of a visitor whom the site signed in. A token alone never opens such a visitor's conversations."""


class BadIdentity(Exception):
    """The site's token about its visitor can't be believed; the message says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the website says of its signed-in visitor."""

    subject: str
    name: str | None
    email: str | None


class Visitors:
    """Makes and reads visitor tokens and conversation ids; both are signed: nothing is stored before a first word."""

    def __init__(self, keys: Keys, identity_secret: str | None) -> None:
        self._keys = keys
        self._identity_secret = identity_secret
        self._serializer = URLSafeSerializer(keys.derive_all(PURPOSE), salt="token")

    def token(self, visitor_id: str) -> str:
        """The token a browser keeps. It opens only this visitor's conversations."""
        return str(self._serializer.dumps(visitor_id))

    def read_token(self, token: str) -> str | None:
        """The visitor's id, or None for a token we never gave."""
        try:
            visitor_id = self._serializer.loads(token)
        except BadSignature:
            return None
        return visitor_id if isinstance(visitor_id, str) else None

    def new_visitor(self) -> str:
        return new_id("vis")

    def subject_visitor(self, subject: str) -> str:
        """The one visitor that a verified subject always is, from whatever browser, also after a change of keys."""
        oldest = self._keys.derive_all(PURPOSE)[0]
        return VERIFIED + hmac.new(oldest, f"subject\0{subject}".encode(), "sha256").hexdigest()[:32]

    def new_conversation(self, visitor_id: str, client_id: str | None = None) -> str:
        """An id that can be shown to be this visitor's; the same client_id gives the same one."""
        stem = f"{(time.time_ns() // 1_000_000):012x}{secrets.token_hex(4)}"[:16]
        if client_id is not None:
            stem = self._mac("client", visitor_id, client_id)[:16]
        return f"cnv_{stem}{self._mac('conversation', visitor_id, stem)[:16]}"

    def made_for(self, conversation_id: str, visitor_id: str) -> bool:
        """Whether `new_conversation` gave this id to this visitor, under any of our keys."""
        stem, check = conversation_id[4:20], conversation_id[20:]
        marks = (
            hmac.new(key, f"conversation\0{visitor_id}\0{stem}".encode(), "sha256").hexdigest()[:16]
            for key in self._keys.derive_all(PURPOSE)
        )
        return any(hmac.compare_digest(mark.encode(), check.encode()) for mark in marks)

    def verify(self, token: str) -> Identity:
        """Read the site's signed identity. Raises BadIdentity."""
        if self._identity_secret is None:
            raise BadIdentity("This site has no identity secret set (widget.identity_secret).")
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._identity_secret, algorithms=["HS256"], options={"require": ["sub", "exp"]}
            )
        except jwt.PyJWTError as error:
            raise BadIdentity(f"The identity token was refused: {error}.") from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise BadIdentity("The identity token's `sub` must be a text.")
        return Identity(subject, _text(claims.get("name")), _text(claims.get("email")))

    def _mac(self, *parts: str) -> str:
        return hmac.new(self._keys.derive(PURPOSE), "\0".join(parts).encode(), "sha256").hexdigest()


def owner_of(connection: Connection, conversation_id: str) -> str | None:
    """Whose conversation it is; None when nothing is stored of it."""
    query = select(CONVERSATIONS.c.visitor_id).where(CONVERSATIONS.c.id == conversation_id)
    return connection.execute(query).scalar()


def newest_unresolved(connection: Connection, visitor_id: str) -> str | None:
    """The conversation a returning visitor goes on with."""
    query = select(CONVERSATIONS.c.id).where(
        CONVERSATIONS.c.visitor_id == visitor_id, CONVERSATIONS.c.status != "resolved"
    )
    return connection.execute(query.order_by(CONVERSATIONS.c.created_at.desc()).limit(1)).scalar()


def _text(value: Any) -> str | None:
    return value[:200] if isinstance(value, str) and value.strip() else None
