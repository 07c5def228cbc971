"""The migrations make the very schema that the code defines, on both engines."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import baton.server.tables  # noqa: F401  (defines every table)
from baton.core.database import open_database
from baton.core.errors import ConfigurationError
from baton.server.schema import HEAD, migrate, prepare_schema, version_of


def test_the_migrated_schema_is_the_defined_one(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, tmp_path)
    assert migrate(database) == (None, HEAD)
    with database.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, SQLModel.metadata)
    assert differences == []
    assert migrate(database) == (HEAD, HEAD)
    database.close()


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
