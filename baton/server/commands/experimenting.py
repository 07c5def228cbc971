"""`baton experiments`: the kept results of replays and backtests."""

import typer
from rich.table import Table

from baton.assistant import experiments
from baton.server.ground import open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, read_options


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Kept results of replays and backtests.")
    group.command("list")(list_all)
    group.command("remove")(remove)
    app.add_typer(group, name="experiments")


def list_all(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """What was tried, the newest first."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        found = ground.database.read_sync(experiments.newest)
    drawn = Table("id", "at", "kind", "name")
    for one in found:
        drawn.add_row(one.id, f"{one.at:%Y-%m-%d %H:%M}", one.kind, one.name)
    options.answer({"items": [dict(one._mapping) for one in found]}, drawn)


def remove(id: str, config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Remove a result with all its rows. The audit trail says so."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        ground.writer.run_sync(lambda tx: experiments.remove(tx, id))
    options.answer({"removed": id}, f"{id} is removed.")
