"""`baton migrate`: bring the schema up to this version."""

import typer

from baton.core.database import open_database
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, read_options
from baton.server.schema import migrate


def register(app: typer.Typer) -> None:
    app.command("migrate")(migrate_schema)


def migrate_schema(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Apply what is missing. PostgreSQL migrates only by this; embedded databases also at every start."""
    options = read_options(config, data, as_json)
    database = open_database(options.config.database.url, options.data)
    try:
        before, after = migrate(database)
    finally:
        database.close()
    said = (
        f"The schema is at {after}." if before == after else f"The schema went from {before or 'nothing'} to {after}."
    )
    options.answer({"before": before, "after": after}, said)
