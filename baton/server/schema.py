"""The schema and its version. Embedded databases migrate by themselves, PostgreSQL only by `baton migrate`."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from baton.core.database import Database
from baton.core.errors import ConfigurationError

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0001"


def prepare_schema(database: Database) -> None:
    """Bring an embedded database up to this version. Raises ConfigurationError for a PostgreSQL that is not."""
    version = version_of(database)
    if version == HEAD:
        return
    if database.dialect == "postgresql":
        found = f"at version {version}" if version else "empty"
        raise ConfigurationError(f"The database is {found}; this Baton needs {HEAD}. Run `baton migrate` first.")
    migrate(database)


def migrate(database: Database) -> tuple[str | None, str]:
    """Apply every migration that is missing; returns the version before and after."""
    from alembic import command
    from alembic.config import Config

    before = version_of(database)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with database.writing.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, HEAD


def version_of(database: Database) -> str | None:
    """The schema's version, or None for an empty database."""
    return database.read_sync(_read_version)


def _read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
