"""The schema and its version. Embedded databases migrate by themselves, PostgreSQL only by `baton migrate`."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from baton.core.database import Database
from baton.core.errors import ConfigurationError
from baton.server.lacking import add_lacking, find_lacking

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0004"


def prepare_schema(database: Database) -> None:
    """Bring an embedded database up to this version.

    Raises ConfigurationError, saying what to do, for a PostgreSQL of another version, for a database that a newer
    Baton has used, and for one that lacks something its version should have.
    """
    version = version_of(database)
    if version == HEAD:
        return _check_complete(database)
    _check_known(version)
    if database.dialect == "postgresql":
        found = f"at version {version}" if version else "empty"
        raise ConfigurationError(f"The database is {found}; this Baton needs {HEAD}. Run `baton migrate` first.")
    migrate(database)


def migrate(database: Database) -> tuple[str | None, str]:
    """Apply every migration that is missing, and add what is; returns the version before and after.

    Raises ConfigurationError for a database that a newer Baton has used.
    """
    from alembic import command
    from alembic.config import Config

    before = version_of(database)
    _check_known(before)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with database.writing.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        add_lacking(connection)
    return before, HEAD


def version_of(database: Database) -> str | None:
    """The schema's version, or None for an empty database."""
    return database.read_sync(_read_version)


def _check_known(version: str | None) -> None:
    known = {file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py")}
    if version is not None and version not in known:
        sentence = f"The database is at version {version}, which a newer Baton made; this one needs {HEAD}."
        raise ConfigurationError(f"{sentence} Install the newer one again, or restore an older copy.")


def _check_complete(database: Database) -> None:
    lacking = database.read_sync(find_lacking)
    if lacking:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        sentence = f"The database was made by an earlier Baton and lacks {lacking[0]}{more}."
        raise ConfigurationError(f"{sentence} Run `baton migrate`, which adds it and keeps the rest.")


def _read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
