"""The table of handoffs: who waits for a person, who was asked, who took it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from baton.core.types import Json, UtcDateTime


class Handoff(SQLModel, table=True):
    """One transfer of a conversation to people.

    `due_at` is its next deadline; an ended one has none. What a deadline does is itself a conditional change of this
    row, so that no worker has to claim it first.

    `requested_seq` and `ended_seq` are the events that began and ended it; `declined_by` lists the agents who passed on
    it, by word or by letting the offer lapse; `lapsed_by` has the latter once for each time, the last at
    `lapsed_at`, since they may be asked again. `briefing` is what the agent had before them when accepting; until then
    it is made from the record whenever somebody reads it.
    """

    id: str = Field(primary_key=True)
    conversation_id: str = Field(index=True)
    status: str = "waiting"
    due_at: datetime | None = Field(default=None, index=True, sa_type=UtcDateTime)
    team: str
    priority: int = 1
    reason: str
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json))
    turn: str | None = None
    requested_by: str
    requested_seq: int
    offered_to: str | None = None
    offered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    declined_by: list[str] = Field(default_factory=list, sa_column=Column(Json))
    lapsed_by: list[str] = Field(default_factory=list, sa_column=Column(Json))
    lapsed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_by: str | None = None
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    briefing: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json))
    note: str | None = Field(default=None, sa_type=Text)
    outcome: str | None = None
    sample: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    queued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    told_nobody_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None
    ended_seq: int | None = None

    __table_args__ = (
        Index("handoff_by_queue", "status", "priority", "queued_at"),
        Index("handoff_by_status", "status", "created_at"),
        Index("handoff_by_age", "created_at"),
        Index("handoff_by_acceptance", "accepted_at"),
        Index("handoff_offers", "offered_to", "status"),
        Index("handoff_load", "accepted_by", "status"),
        Index("handoff_came", "accepted_by", "accepted_at"),
        Index("handoff_went", "accepted_by", "ended_at"),
        Index(
            "handoff_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
