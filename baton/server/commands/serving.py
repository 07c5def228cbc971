"""`baton serve`: the server."""

from typing import Annotated

import typer

from baton.server.config import Config
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, read_options
from baton.server.serving import serve


def register(app: typer.Typer) -> None:
    app.command("serve")(serve_site)


def serve_site(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes.")] = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Serve visitors and staff until SIGTERM."""
    options = read_options(config, data, as_json)

    def announce(address: str) -> None:
        options.answer({"url": address}, f"Baton listens on {address}  (console: {address}/console)")

    serve(with_options(options.config, host, port, workers), config, data, announce)


def with_options(config: Config, host: str | None, port: int | None, workers: int | None) -> Config:
    """What the command line says wins over file and environment."""
    given = {"host": host, "port": port, "workers": workers}
    server = config.server.model_copy(update={name: value for name, value in given.items() if value is not None})
    return config.model_copy(update={"server": server})
