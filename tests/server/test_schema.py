"""The migrations make the very schema that the code defines, on both engines."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlmodel import SQLModel

from baton.core.database import Database, open_database
from baton.core.errors import ConfigurationError
from baton.core.staff import STAFF
from baton.handoff import rows
from baton.handoff.rows import HANDOFFS
from baton.server.schema import HEAD, MIGRATIONS, migrate, prepare_schema, version_of
from tests.server.command_line import baton

NOW = {"presence": "away", "created_at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC)}


def test_the_migrated_schema_is_the_defined_one(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, tmp_path)
    assert migrate(database) == (None, HEAD)
    with database.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, SQLModel.metadata)
    assert differences == []
    assert migrate(database) == (HEAD, HEAD)
    database.close()


def test_what_an_older_schema_holds_is_kept(database_url: str, tmp_path: Path) -> None:
    database, now = open_database(database_url, tmp_path), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    up_to(database, "0001")
    words = dict.fromkeys(("id", "conversation_id", "status", "team", "reason", "requested_by"), "x")
    numbers = {"priority": 1, "requested_seq": 1, "sample": False}
    times = dict.fromkeys(("created_at", "queued_at", "expires_at"), now)
    with database.writing.begin() as connection:
        connection.execute(insert(HANDOFFS).values(words | numbers | times | {"declined_by": ["stf_1"]}))

    assert migrate(database) == ("0001", HEAD)
    handoff = database.read_sync(lambda connection: rows.find(connection, "x"))
    assert handoff is not None
    assert (handoff.declined_by, handoff.lapsed_by, handoff.lapsed_at) == (["stf_1"], [], None)
    database.close()


def test_what_lacks_though_its_version_is_right_is_named_and_migrating_adds_it(
    database_url: str, tmp_path: Path
) -> None:
    database = open_database(database_url, tmp_path)
    migrate(database)
    with database.writing.begin() as connection:
        connection.execute(insert(STAFF).values(id="stf_1", name="Ann", role="agent", active=True, sample=False, **NOW))
        connection.execute(text("ALTER TABLE staff DROP COLUMN capacity"))
        connection.execute(text("ALTER TABLE staff DROP COLUMN teams"))
        connection.execute(text("DROP TABLE setting"))
        connection.execute(text("DROP INDEX handoff_by_age"))
    with pytest.raises(
        ConfigurationError, match=r"earlier Baton and lacks setting\.name and 4 more\. Run `baton migrate`"
    ):
        prepare_schema(database)

    assert migrate(database) == (HEAD, HEAD)
    prepare_schema(database)
    staff = database.read_sync(lambda connection: connection.execute(select(STAFF)).one())
    assert (staff.name, staff.capacity, staff.teams) == ("Ann", 4, [])
    indexes = database.read_sync(lambda connection: inspect(connection).get_indexes("handoff"))
    assert "handoff_by_age" in {index["name"] for index in indexes}
    database.close()


def test_a_database_that_a_newer_baton_used_is_refused(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, tmp_path)
    migrate(database)
    with database.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refused in (prepare_schema, migrate):
        with pytest.raises(ConfigurationError, match=f"version 9999, which a newer Baton made; this one needs {HEAD}"):
            refused(database)
    database.close()


def test_a_command_says_so_in_one_sentence(tmp_path: Path) -> None:
    assert baton("documents", "--data", tmp_path).status == 0
    with sqlite3.connect(tmp_path / "baton.db") as connection:
        connection.execute("ALTER TABLE handoff DROP COLUMN lapsed_by")
    connection.close()
    ran = baton("documents", "--data", tmp_path)
    assert ran.status == 2 and "lacks handoff.lapsed_by. Run `baton migrate`" in ran.sentence
    found = [one for one in baton("doctor", "--data", tmp_path, "--json").document["findings"] if not one["ok"]]
    assert [(one["check"], one["advice"]) for one in found][:1] == [("database", "Run `baton migrate`.")]
    assert baton("migrate", "--data", tmp_path).status == 0
    assert baton("documents", "--data", tmp_path).status == 0


def up_to(database: Database, version: str) -> None:
    """Migrate no further than this."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.writing.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def test_an_embedded_database_migrates_by_itself(tmp_path: Path) -> None:
    database = open_database("sqlite", tmp_path)
    prepare_schema(database)
    assert version_of(database) == HEAD
    database.close()


def test_postgresql_says_how_to_migrate_and_does_not_by_itself(postgres_url: str, tmp_path: Path) -> None:
    database = open_database(postgres_url, tmp_path)
    with pytest.raises(ConfigurationError, match="baton migrate"):
        prepare_schema(database)
    assert version_of(database) is None
    database.close()
