"""The tables of the ground: conversations, their events, heads, staff and how they sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from baton.core.types import Json, UtcDateTime

INSTALLATION = "installation"
"""The id of the log that holds what belongs to no conversation: staff, settings, knowledge, sign-ins."""


class Conversation(SQLModel, table=True):
    """Who holds a conversation now, and where its log stands. Changed only by the writer, under its lock."""

    id: str = Field(primary_key=True)
    visitor_id: str | None = Field(default=None, index=True)
    status: str = "with_assistant"
    holder_kind: str = "assistant"
    holder_id: str | None = Field(default=None, index=True)
    epoch: int = 0
    turn: str | None = None
    turn_started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    turn_supersedes: int = 0
    answered_seq: int = 0
    last_seq: int = 0
    last_visible_seq: int = 0
    chain: str = ""
    locale: str | None = None
    page_url: str | None = Field(default=None, sa_type=Text)
    page_title: str | None = Field(default=None, sa_type=Text)
    first_line: str | None = Field(default=None, sa_type=Text)
    last_line: str | None = Field(default=None, sa_type=Text)
    last_message_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mood: float | None = None
    team: str | None = None
    offers_running: int = 0
    visitor_read_seq: int = 0
    staff_read_seq: int = 0
    sample: bool = False
    outcome: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    __table_args__ = (
        Index("conversation_by_status", "status", "updated_at"),
        Index("conversation_by_change", "updated_at"),
    )


class Event(SQLModel, table=True):
    """One entry of a log. `prev` is the seq of the entry before it that a visitor may see."""

    conversation_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    id: str
    prev: int
    kind: str
    author_kind: str
    author_id: str | None = None
    audience: str
    body: str | None = Field(default=None, sa_type=Text)
    salt: str | None = None
    client_id: str | None = None
    epoch: int
    at: datetime = Field(sa_type=UtcDateTime)
    digest: str
    chain: str

    __table_args__ = (Index("event_by_client_id", "conversation_id", "client_id", unique=True),)


class Head(SQLModel, table=True):
    """One committed transaction: what it wrote, chained to the one before and sealed with the installation's key."""

    number: int = Field(primary_key=True)
    previous: str
    at: datetime = Field(sa_type=UtcDateTime)
    wrote: str = Field(sa_type=Text)
    hash: str
    key_id: str
    mac: str


class Staff(SQLModel, table=True):
    """A person who works here, or a token that stands for one."""

    id: str = Field(primary_key=True)
    email: str | None = Field(default=None, unique=True)
    name: str
    role: str
    avatar: str | None = None
    teams: list[str] = Field(default_factory=list, sa_column=Column(Json))
    skills: list[str] = Field(default_factory=list, sa_column=Column(Json))
    languages: list[str] = Field(default_factory=list, sa_column=Column(Json))
    password_hash: str | None = None
    active: bool = True
    sample: bool = False
    presence: str = "away"
    presence_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    capacity: int = 4
    created_at: datetime = Field(sa_type=UtcDateTime)


class StaffSession(SQLModel, table=True):
    """A signed-in browser; `id` is the digest of the cookie's value, which is kept nowhere."""

    __tablename__ = "staff_session"
    id: str = Field(primary_key=True)
    staff_id: str = Field(index=True)
    csrf: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class StaffToken(SQLModel, table=True):
    """A bearer token (`kind` "bearer") or a link that signs in once (`kind` "link"); only its digest is kept."""

    __tablename__ = "staff_token"
    id: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    staff_id: str = Field(index=True)
    kind: str
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IdempotencyKey(SQLModel, table=True):
    """What an unsafe call answered the first time, kept a day for its repetitions."""

    __tablename__ = "idempotency_key"
    staff_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: str
    status: int
    body: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(index=True, sa_type=UtcDateTime)


class Setting(SQLModel, table=True):
    """A value that changes while the server runs, such as a pause; one row each."""

    name: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(Json))
    at: datetime = Field(sa_type=UtcDateTime)
