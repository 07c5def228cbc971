"""What a unit of work sees of the one grouped transaction: locked conversations, the log, and staged writes."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Insert, Table, Update, bindparam, insert, select, tuple_, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from baton.core.bus import Notice
from baton.core.errors import NotFound
from baton.core.ids import new_id
from baton.core.log import Audience, Author, LogEvent, chain_of, digest_of, new_salt
from baton.core.records import Conversation, Event
from baton.core.types import canonical

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

    def row(self) -> dict[str, Any]:
        """Column name to value, for an insert."""
        return dict(zip(COLUMNS, _values(self), strict=True))

    def copy(self) -> "LockedConversation":
        return LockedConversation(*_values(self))

    def changed_since(self, before: "LockedConversation") -> tuple[str, ...]:
        """The names of the columns that differ."""
        return tuple(
            name for name, now, then in zip(COLUMNS, _values(self), _values(before), strict=True) if now != then
        )


COLUMNS = tuple(column.name for column in fields(LockedConversation))
_values = attrgetter(*COLUMNS)
_SELECTED = tuple(CONVERSATIONS.c[name] for name in COLUMNS)


# Statements are made once: making one costs more than running it on a handful of rows.
_LOCK = select(*_SELECTED).where(CONVERSATIONS.c.id.in_(bindparam("ids", expanding=True)))
_LOCK = _LOCK.order_by(CONVERSATIONS.c.id).with_for_update()
_PAIR = tuple_(EVENTS.c.conversation_id, EVENTS.c.client_id)
_WRITTEN = select(EVENTS).where(_PAIR.in_(bindparam("pairs", expanding=True)))


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(names: tuple[str, ...]) -> Update:
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("key")).values(columns)


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


@dataclass(slots=True)
class Batch:
    """What one grouped transaction has read and is about to write. Nothing of it outlives the commit."""

    connection: Connection
    now: datetime
    conversations: dict[str, LockedConversation] = field(default_factory=dict)
    stored: dict[str, LockedConversation] = field(default_factory=dict)
    dirty: dict[str, None] = field(default_factory=dict)
    written: dict[tuple[str, str], LogEvent | None] = field(default_factory=dict)
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    updates: dict[Update, list[dict[str, Any]]] = field(default_factory=dict)
    wrote: list[list[Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def lock(self, ids: set[str]) -> None:
        """Read and lock conversations, in id order so that two processes can't wait for each other."""
        missing = sorted(ids - self.conversations.keys())
        if not missing:
            return
        for row in self.connection.execute(_LOCK, {"ids": missing}).all():
            self.conversations[row.id] = LockedConversation(*row)
            self.stored[row.id] = LockedConversation(*row)

    def look_up(self, pairs: set[tuple[str, str]]) -> None:
        """Find which (conversation, client_id) were written before this transaction."""
        missing = pairs - self.written.keys()
        if not missing:
            return
        self.written |= dict.fromkeys(missing, None)
        for row in self.connection.execute(_WRITTEN, {"pairs": sorted(missing)}).all():
            self.written[row.conversation_id, row.client_id] = read_event(row)

    def forget_since(self, stored: dict[str, LockedConversation]) -> None:
        """A savepoint was rolled back: nothing staged after it stays, and no lock that was taken after it holds."""
        self.rows, self.updates, self.dirty = {}, {}, {}
        for id in self.stored.keys() - stored.keys():
            self.conversations.pop(id, None)
        self.stored = stored

    def flush(self) -> None:
        """Send every staged row to the database."""
        dirty, self.dirty = self.dirty, {}
        inserts: list[dict[str, Any]] = []
        updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for id in dirty:
            state, stored = self.conversations[id], self.stored.get(id)
            if stored is None:
                inserts.append(state.row())
            elif names := state.changed_since(stored):
                row = {f"new_{name}": getattr(state, name) for name in names} | {"key": id}
                updates.setdefault(names, []).append(row)
            self.stored[id] = state.copy()
        if inserts:
            self.connection.execute(_insert(CONVERSATIONS), inserts)
        for names, changed in updates.items():
            self.connection.execute(_update(names), changed)
        rows, self.rows = self.rows, {}
        for table, staged in rows.items():
            self.connection.execute(_insert(table), staged)
        later, self.updates = self.updates, {}
        for statement, parameters in later.items():
            self.connection.execute(statement, parameters)


class BatchRefused(Exception):
    """What earlier units staged can't be stored, though they were done: the whole batch has to be taken apart."""


class Transaction:
    """One unit of work inside a batch. An exception takes back this unit alone."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._savepoint: Any = None
        self._before: dict[str, LockedConversation | None] = {}
        self._stored: dict[str, LockedConversation] = {}
        self._rows: list[tuple[Table, dict[str, Any]]] = []
        self._updates: list[tuple[Update, dict[str, Any]]] = []
        self._written: dict[tuple[str, str], LogEvent] = {}
        self._wrote: list[list[Any]] = []
        self._notices: list[Notice] = []
        self._events: dict[str, list[LogEvent]] = {}
        self.now = batch.now

    @property
    def connection(self) -> Connection:
        """For statements of the unit's own. They see everything staged so far, and stand under a savepoint."""
        if self._savepoint is None:
            self._flush_earlier_units()
            self._savepoint = self._batch.connection.begin_nested()
            self._stored = dict(self._batch.stored)
        self._stage()
        self._batch.flush()
        return self._batch.connection

    def conversation(self, id: str) -> LockedConversation:
        """The conversation, locked. Raises NotFound."""
        if id not in self._batch.conversations:
            self._batch.lock({id})
        state = self._batch.conversations.get(id)
        if state is None:
            raise NotFound(f"There is no conversation {id}.")
        if id not in self._before:
            self._before[id] = state.copy()
        return state

    def find_conversation(self, id: str) -> LockedConversation | None:
        """The same, or None."""
        try:
            return self.conversation(id)
        except NotFound:
            return None

    def create_conversation(self, id: str, **columns: Any) -> LockedConversation:
        """A new conversation, stored with this transaction."""
        state = new_conversation(id, self.now, **columns)
        self._before.setdefault(id, None)
        self._batch.conversations[id] = state
        return state

    def insert(self, table: type[SQLModel], row: dict[str, Any]) -> None:
        """Stage a row; staged rows of a whole batch go to the database together. Every column must be given."""
        self._rows.append((table.__table__, row))  # type: ignore[attr-defined]

    def update(self, statement: Update, parameters: dict[str, Any]) -> None:
        """Stage an update with bind parameters. It runs after the batch's inserts, together with others like it, so
        `statement` must be made once, not for each call."""
        self._updates.append((statement, parameters))

    def find_written(self, conversation: str, client_id: str) -> LogEvent | None:
        """The entry written under this client_id, if there is one."""
        pair = (conversation, client_id)
        if pair in self._written:
            return self._written[pair]
        self._batch.look_up({pair})
        return self._batch.written[pair]

    def append(
        self,
        conversation: LockedConversation,
        kind: str,
        author: Author,
        body: dict[str, Any],
        *,
        audience: Audience = "visitor",
        client_id: str | None = None,
    ) -> LogEvent:
        """Write the next entry of a log. The same client_id again gives the first entry, marked `repeated`."""
        if client_id is not None and (first := self.find_written(conversation.id, client_id)) is not None:
            return replace(first, repeated=True)
        event = LogEvent(
            id=new_id("evt"),
            conversation_id=conversation.id,
            seq=conversation.last_seq + 1,
            prev=conversation.last_visible_seq,
            kind=kind,
            author=author,
            audience=audience,
            body=body,
            client_id=client_id,
            epoch=conversation.epoch,
            at=self.now,
        )
        self._keep(conversation, event)
        return event

    def notify(self, topic: str, **payload: Any) -> None:
        """Publish a notice after the commit."""
        self._notices.append(Notice(topic, payload))

    def _keep(self, conversation: LockedConversation, event: LogEvent) -> None:
        body, salt = canonical(event.body).decode(), new_salt()
        digest = digest_of(salt, body)
        conversation.chain = chain_of(conversation.chain, event, digest)
        conversation.last_seq = event.seq
        conversation.updated_at = self.now
        if event.audience == "visitor":
            conversation.last_visible_seq = event.seq
        row = {
            "conversation_id": event.conversation_id,
            "seq": event.seq,
            "id": event.id,
            "prev": event.prev,
            "kind": event.kind,
            "author_kind": event.author.kind,
            "author_id": event.author.id,
            "audience": event.audience,
            "body": body,
            "salt": salt,
            "client_id": event.client_id,
            "epoch": event.epoch,
            "at": event.at,
            "digest": digest,
            "chain": conversation.chain,
        }
        self._rows.append((EVENTS, row))
        self._wrote.append([event.conversation_id, event.seq, conversation.chain])
        self._events.setdefault(event.conversation_id, []).append(event)
        if event.client_id is not None:
            self._written[event.conversation_id, event.client_id] = event

    def _stage(self) -> None:
        batch = self._batch
        for table, row in self._rows:
            batch.rows.setdefault(table, []).append(row)
        for statement, parameters in self._updates:
            batch.updates.setdefault(statement, []).append(parameters)
        self._rows, self._updates = [], []
        for id, before in self._before.items():
            if before != batch.conversations[id]:
                batch.dirty[id] = None

    def _flush_earlier_units(self) -> None:
        """Flush what earlier units staged without this unit's changes, which belong under its savepoint."""
        conversations = self._batch.conversations
        now = {id: conversations[id] for id in self._before}
        for id, state in self._before.items():
            if state is None:
                del conversations[id]
            else:
                conversations[id] = state
        try:
            self._batch.flush()
        except DBAPIError as error:
            raise BatchRefused("A row that an earlier unit staged was refused.") from error
        conversations |= now

    def commit(self) -> None:
        """The unit succeeded: what it staged becomes the batch's."""
        self._stage()
        if self._savepoint is not None:
            self._batch.flush()
            self._savepoint.commit()
        self._batch.written |= self._written
        self._batch.wrote += self._wrote
        for id, events in self._events.items():
            self._batch.notices.append(Notice(f"conversation:{id}", {"seq": events[-1].seq, "events": events}))
            self._batch.notices.append(Notice("inbox", {"conversation": id}))
        self._batch.notices += self._notices

    def roll_back(self) -> None:
        """The unit was refused: nothing of it stays."""
        if self._savepoint is not None:
            self._savepoint.rollback()
            self._batch.forget_since(self._stored)
        for id, state in self._before.items():
            if state is not None:
                self._batch.conversations[id] = state
            else:
                self._batch.conversations.pop(id, None)
