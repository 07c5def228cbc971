"""Conversations are read and written whole, and a client_id is found without reading the log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from baton.core.conversation import (
    COLUMNS,
    CONVERSATIONS,
    LockedConversation,
    insert_conversations,
    new_conversation,
    read_locked,
    read_written,
    update_conversations,
    values_of,
)
from baton.core.log import Author
from tests.core.ground import Ground, open_ground

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    with open_ground(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def connection(ground: Ground) -> Iterator[Connection]:
    with ground.database.writing.begin() as connection:
        yield connection


def test_what_is_stored_is_read_back_in_order_of_id(connection: Connection) -> None:
    rows = [values_of(new_conversation(id, AT, mood=-0.5, sample=True, resolved_at=AT)) for id in ("cnv_2", "cnv_1")]
    insert_conversations(connection, rows)
    assert read_locked(connection, {"cnv_2", "cnv_1", "cnv_none"}) == [rows[1], rows[0]]


def test_only_what_changed_is_written(connection: Connection) -> None:
    before = [values_of(new_conversation(f"cnv_{n}", AT)) for n in range(3)]
    insert_conversations(connection, before)
    connection.execute(update(CONVERSATIONS).values(first_line="kept"))
    now = [LockedConversation(*values) for values in before]
    now[0].last_seq, now[1].last_line, now[2].last_line = 7, "hello", "good morning"
    update_conversations(connection, [(then, values_of(one)) for then, one in zip(before, now, strict=True)])
    for one in now:
        one.first_line = "kept"
    assert read_locked(connection, {one.id for one in now}) == [values_of(one) for one in now]


def test_entries_are_found_by_their_client_ids_alone(ground: Ground) -> None:
    def say(conversation: str, client_id: str) -> None:
        ground.writer.run_sync(
            lambda tx: tx.append(
                tx.find_conversation(conversation) or tx.create_conversation(conversation),
                "message.added",
                Author.visitor("vis_1"),
                {"text": client_id},
                client_id=client_id,
            )
        )

    for conversation, client_id in (("cnv_1", "a"), ("cnv_1", 'b"\\{}'), ("cnv_2", "a"), ("cnv_2", "c")):
        say(conversation, client_id)
    pairs = {("cnv_1", 'b"\\{}'), ("cnv_2", "a"), ("cnv_2", "none"), ("cnv_1", "c")}
    found = ground.database.read_sync(lambda connection: read_written(connection, pairs))
    assert sorted((one.conversation_id, one.client_id, one.seq, one.at, one.body["text"]) for one in found) == [
        ("cnv_1", 'b"\\{}', 2, AT, 'b"\\{}'),
        ("cnv_2", "a", 1, AT, "a"),
    ]


def test_sqlite_looks_a_message_up_without_reading_a_whole_table(tmp_path: Path) -> None:
    """It did once: each message then cost more the longer the log was."""
    with open_ground("sqlite", tmp_path) as ground, ground.database.writing.begin() as connection:
        driver: Any = connection.connection.driver_connection
        statements: list[str] = []
        driver.set_trace_callback(statements.append)
        read_locked(connection, {"cnv_1", "cnv_2"})
        read_written(connection, {("cnv_1", "a"), ("cnv_2", "b")})
        driver.set_trace_callback(None)
        plans = [row[3] for one in statements for row in driver.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert any("SEARCH conversation" in line for line in plans)
    assert any("event_by_client_id (conversation_id=? AND client_id=?)" in line for line in plans)
    assert not any(line.startswith(("SCAN event", "SCAN conversation")) for line in plans)


def test_every_column_is_carried() -> None:
    assert set(COLUMNS) == {column.name for column in CONVERSATIONS.c}
