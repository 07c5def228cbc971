"""What a unit of work sees of the one grouped transaction: locked conversations, the log, and staged writes."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, Update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from baton.core.bus import Notice
from baton.core.conversation import (
    CONVERSATIONS,
    EVENTS,
    LockedConversation,
    Values,
    insert_conversations,
    new_conversation,
    read_event,
    read_locked,
    read_written,
    update_conversations,
    values_of,
)
from baton.core.errors import NotFound
from baton.core.ids import new_id
from baton.core.log import Audience, Author, LogEvent, chain_of, digest_of, new_salt
from baton.core.rows import insert_rows, update_rows
from baton.core.types import canonical

__all__ = ["CONVERSATIONS", "EVENTS", "Batch", "BatchRefused", "LockedConversation", "Transaction", "read_event"]


@dataclass(slots=True)
class Batch:
    """What one grouped transaction has read and is about to write. Nothing of it outlives the commit."""

    connection: Connection
    now: datetime
    conversations: dict[str, LockedConversation] = field(default_factory=dict)
    stored: dict[str, Values] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    touched: dict[str, None] = field(default_factory=dict)
    written: dict[tuple[str, str], LogEvent | None] = field(default_factory=dict)
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    updates: dict[Update, list[dict[str, Any]]] = field(default_factory=dict)
    wrote: list[list[Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def lock(self, ids: set[str]) -> None:
        """Read and lock conversations that were not looked for yet."""
        missing = ids - self.conversations.keys() - self.absent
        if not missing:
            return
        for values in read_locked(self.connection, missing):
            self.conversations[values[0]] = LockedConversation(*values)
            self.stored[values[0]] = values
        self.absent |= missing - self.conversations.keys()

    def look_up(self, pairs: set[tuple[str, str]]) -> None:
        """Find which (conversation, client_id) were written before this transaction."""
        missing = pairs - self.written.keys()
        if not missing:
            return
        self.written |= dict.fromkeys(missing, None)
        for event in read_written(self.connection, missing):
            assert event.client_id is not None
            self.written[event.conversation_id, event.client_id] = event

    def forget_since(self, stored: dict[str, Values]) -> None:
        """A savepoint was rolled back: nothing staged after it stays, and no lock that was taken after it holds."""
        self.rows, self.updates, self.touched = {}, {}, {}
        for id in self.stored.keys() - stored.keys():
            self.conversations.pop(id, None)
        self.stored = stored

    def flush(self) -> None:
        """Send every staged row to the database."""
        self._flush_conversations()
        rows, self.rows = self.rows, {}
        for table, staged in rows.items():
            insert_rows(self.connection, table, staged)
        later, self.updates = self.updates, {}
        for statement, parameters in later.items():
            update_rows(self.connection, statement, parameters)

    def _flush_conversations(self) -> None:
        touched, self.touched = self.touched, {}
        inserts: list[Values] = []
        changes: list[tuple[Values, Values]] = []
        for id in touched:
            now, before = values_of(self.conversations[id]), self.stored.get(id)
            if before is None:
                inserts.append(now)
            elif now != before:
                changes.append((before, now))
            self.stored[id] = now
        if inserts:
            insert_conversations(self.connection, inserts)
        if changes:
            update_conversations(self.connection, changes)


class BatchRefused(Exception):
    """What earlier units staged can't be stored, though they were done: the whole batch has to be taken apart."""


class Transaction:
    """One unit of work inside a batch. An exception takes back this unit alone."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._savepoint: Any = None
        self._before: dict[str, Values | None] = {}
        self._stored: dict[str, Values] = {}
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
            self._before[id] = values_of(state)
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
        batch.touched.update(dict.fromkeys(self._before))

    def _flush_earlier_units(self) -> None:
        """Flush what earlier units staged without this unit's changes, which belong under its savepoint."""
        conversations = self._batch.conversations
        now = {id: conversations[id] for id in self._before}
        self._put_back()
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
        self._put_back()

    def _put_back(self) -> None:
        """Leave the conversations as this unit found them."""
        for id, before in self._before.items():
            if before is None:
                self._batch.conversations.pop(id, None)
            else:
                self._batch.conversations[id] = LockedConversation(*before)
