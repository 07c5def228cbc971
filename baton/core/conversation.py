"""A conversation's row under its lock, and the statements that read and write it."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    Connection,
    Select,
    Table,
    Text,
    TextualSelect,
    Update,
    any_,
    bindparam,
    func,
    select,
    text,
    update,
)

from baton.core.log import Author, LogEvent
from baton.core.records import Conversation, Event
from baton.core.rows import insert_rows, select_rows, update_rows
from baton.core.types import Json

CONVERSATIONS: Table = Conversation.__table__  # type: ignore[attr-defined]
EVENTS: Table = Event.__table__  # type: ignore[attr-defined]


@dataclass(slots=True)
class LockedConversation:
    """A conversation's row, read in this transaction under its lock. Assigned attributes are written at its end."""

    id: str
    visitor_id: str | None
    status: str
    holder_kind: str
    holder_id: str | None
    epoch: int
    turn: str | None
    turn_started_at: datetime | None
    turn_supersedes: int
    answered_seq: int
    last_seq: int
    last_visible_seq: int
    chain: str
    locale: str | None
    page_url: str | None
    page_title: str | None
    first_line: str | None
    last_line: str | None
    last_message_at: datetime | None
    mood: float | None
    team: str | None
    offers_running: int
    visitor_read_seq: int
    staff_read_seq: int
    sample: bool
    outcome: str | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    erased_at: datetime | None


COLUMNS = tuple(field.name for field in fields(LockedConversation))
Values = tuple[Any, ...]
"""A conversation as it stood at some point, in the order of COLUMNS: a tuple is cheap to take and to compare."""
values_of: Callable[[LockedConversation], Values] = attrgetter(*COLUMNS)


def new_conversation(id: str, now: datetime, **columns: Any) -> LockedConversation:
    """A conversation that is not stored yet: held by the assistant, its log empty."""
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    values |= {"status": "with_assistant", "holder_kind": "assistant", "chain": "", "sample": False}
    counters = ("epoch", "turn_supersedes", "answered_seq", "last_seq", "last_visible_seq", "offers_running")
    values |= dict.fromkeys((*counters, "visitor_read_seq", "staff_read_seq"), 0)
    return LockedConversation(**values | {"id": id, "created_at": now, "updated_at": now} | columns)


def read_event(row: Any) -> LogEvent:
    """A row of the event table as the entry it keeps; an erased body reads as empty."""
    body = orjson.loads(row.body) if row.body is not None else {}
    author = Author(row.author_kind, row.author_id)
    return LogEvent(
        row.id,
        row.conversation_id,
        row.seq,
        row.prev,
        row.kind,
        author,
        row.audience,
        body,
        row.client_id,
        row.epoch,
        row.at,
    )


def read_locked(connection: Connection, ids: Iterable[str]) -> list[Values]:
    """Read and lock conversations, in id order so that two processes can't wait for each other."""
    return select_rows(connection, _lock(connection.dialect.name), {"ids": sorted(ids)})


def read_written(connection: Connection, pairs: Iterable[tuple[str, str]]) -> list[LogEvent]:
    """The entries that have these conversations and client_ids."""
    ordered = sorted(pairs)
    if connection.dialect.name == "sqlite":
        parameters: dict[str, Any] = {"pairs": orjson.dumps(ordered).decode()}
    else:
        parameters = {"conversations": [pair[0] for pair in ordered], "client_ids": [pair[1] for pair in ordered]}
    return [read_event(_Entry(*row)) for row in select_rows(connection, _written(connection.dialect.name), parameters)]


def insert_conversations(connection: Connection, rows: list[Values]) -> None:
    """Store new ones."""
    insert_rows(connection, CONVERSATIONS, [dict(zip(COLUMNS, row, strict=True)) for row in rows])


def update_conversations(connection: Connection, changes: list[tuple[Values, Values]]) -> None:
    """Write what differs between each one's values before and now."""
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for before, now in changes:
        changed = {f"new_{name}": new for name, old, new in zip(COLUMNS, before, now, strict=True) if new is not old}
        updates.setdefault(tuple(changed), []).append(changed | {"key": now[0]})
    for names, rows in updates.items():
        update_rows(connection, _update(names), rows)


_Entry = namedtuple("_Entry", [column.name for column in EVENTS.c])  # type: ignore[misc]

# Statements are made once: making one costs more than running it on a handful of rows.


@cache
def _lock(dialect: str) -> Select[Any]:
    """The ids are one parameter however many there are, so that the text stays the same."""
    id = CONVERSATIONS.c.id
    among: Any = id == any_(bindparam("ids", type_=ARRAY(Text)))
    if dialect == "sqlite":
        among = id.in_(select(func.json_each(bindparam("ids", type_=Json)).table_valued("value").c.value))
    return select(*(CONVERSATIONS.c[name] for name in COLUMNS)).where(among).order_by(id).with_for_update()


_FOUND = {
    "sqlite": "json_each(:pairs) AS pair CROSS JOIN event"
    " ON conversation_id = pair.value->>0 AND client_id = pair.value->>1",
    "postgresql": "unnest(CAST(:conversations AS text[]), CAST(:client_ids AS text[])) AS pair (conversation, client)"
    " CROSS JOIN LATERAL (SELECT * FROM event WHERE conversation_id = conversation AND client_id = client LIMIT 1)"
    " AS event",
}
"""Each pair is looked up in the index by itself. Left to choose, either engine may read the whole table instead."""


@cache
def _written(dialect: str) -> TextualSelect:
    names = ", ".join(f"event.{column.name}" for column in EVENTS.c)
    return text(f"SELECT {names} FROM {_FOUND[dialect]}").columns(*EVENTS.c)  # noqa: S608 - our own names


@cache
def _update(names: tuple[str, ...]) -> Update:
    columns: dict[str, Any] = {name.removeprefix("new_"): bindparam(name) for name in names}
    return update(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("key")).values(columns)
