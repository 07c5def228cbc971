"""The tables of the assistant: visitors, the record of every turn with all it was decided on, and labels of turns."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from baton.core.claims import Claimable
from baton.core.types import Json, UtcDateTime


class Visitor(SQLModel, table=True):
    """A person on the website. `assurance` says how sure the identity is: anonymous, claimed or verified."""

    id: str = Field(primary_key=True)
    name: str | None = None
    email: str | None = Field(default=None, index=True)
    subject: str | None = Field(default=None, index=True)
    """The `sub` of the site's signed identity; verified visitors only."""
    assurance: str = "anonymous"
    locale: str | None = None
    sample: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class Turn(Claimable, SQLModel, table=True):
    """A visitor's message or burst of messages, and what was decided about it. Until then it is a row of the queue.

    `state` is queued, done, superseded (a newer message or a change of holder took its word) or failed.
    """

    __table_args__ = (Index("turn_of_conversation", "conversation_id", "created_at"),)

    id: str = Field(primary_key=True)
    conversation_id: str
    epoch: int
    state: str = "queued"
    created_at: datetime = Field(sa_type=UtcDateTime)
    upto_seq: int = 0
    """The last visitor's message that was taken into account."""
    event_seq: int | None = None
    """The message that came of it."""
    question: str | None = Field(default=None, sa_type=Text)
    decision: str | None = None
    reasons: list[dict[str, Any]] = Field(default=[], sa_column=Column(Json))
    """[{"code", "text"}]"""
    confidence: float | None = None
    threshold: float | None = None
    mood: float | None = None
    task: str | None = None
    risk: str | None = None
    small_talk: bool = False
    """Whether the message asked for nothing and got a set reply."""
    signals: dict[str, Any] = Field(default={}, sa_column=Column(Json))
    citations: list[dict[str, Any]] = Field(default=[], sa_column=Column(Json))
    draft: str | None = Field(default=None, sa_type=Text)
    """The draft's text, said or not."""
    versions: dict[str, Any] = Field(default={}, sa_column=Column(Json))
    timings: dict[str, float] = Field(default={}, sa_column=Column(Json))
    """Milliseconds of each step."""
    basis: dict[str, Any] = Field(default={}, sa_column=Column(Json))
    """What it was judged on beside the words: `since_seq`, the last entry that had been answered, and the fields of the
    case that the log doesn't say. With the log they make the case again."""
    shadow: bool = False
    """Whether it only drafts for agents, whoever holds the conversation."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Experiment(SQLModel, table=True):
    """What a replay or a backtest came to. `settings` says what was other: key to {"was", "would_be"}."""

    __table_args__ = (Index("experiment_by_age", "at"),)

    id: str = Field(primary_key=True)
    kind: str
    """replay or backtest"""
    name: str
    at: datetime = Field(sa_type=UtcDateTime)
    settings: dict[str, Any] = Field(default={}, sa_column=Column(Json))
    summary: dict[str, Any] = Field(default={}, sa_column=Column(Json))


class ExperimentRow(SQLModel, table=True):
    """One turn of an experiment. A replay's names the turn and its conversation and holds no word of the visitor's; a
    backtest's has the texts of the file."""

    __tablename__ = "experiment_row"
    experiment_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    conversation_id: str | None = Field(default=None, index=True)
    body: dict[str, Any] = Field(default={}, sa_column=Column(Json))


class TurnLabel(SQLModel, table=True):
    """A turn drawn for judging, and then whether its draft was right. See `labels`."""

    turn_id: str = Field(primary_key=True, foreign_key="turn.id", ondelete="CASCADE")
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    verdict: str | None = None
    """right, not_answered, wrong_page, not_covered or unclear; None until somebody judged."""
    judged_by: str | None = None
    judged_at: datetime | None = Field(default=None, index=True, sa_type=UtcDateTime)
    held_out: float | None = None
    """Confidence by a head that was fitted without this label; None until it took part in a calibration."""
