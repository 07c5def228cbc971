"""`baton demo`: a working shop with an assistant, staff and a month behind it, on this machine only."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from baton.core.clock import SetClock
from baton.core.errors import BatonError
from baton.core.staff import STAFF, create_link
from baton.server.config import Config, load_config
from baton.server.demo.samples import CONFIG
from baton.server.demo.seeding import is_seeded, point_links, run_seed
from baton.server.demo.site import routes
from baton.server.ground import Ground, open_ground
from baton.server.options import ConfigOption, DataOption, JsonOption, Options, console, errors
from baton.server.serving import address_of, bind, serve_one, set_up_logging

USUAL_FOLDER = Path("demo-data")
USUAL_PORT = 8000
LINK_MINUTES = 24 * 60
SEATS = {
    "jonas@larchandladle.example": "agent",
    "lien@larchandladle.example": "content",
    "hanne@larchandladle.example": "admin",
}


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on; another one if it is taken.")] = USUAL_PORT,
    config: ConfigOption = None,
    data: DataOption = USUAL_FOLDER,
    as_json: JsonOption = False,
) -> None:
    """A believable shop with the widget on it. Prints two links: the shop, and the agent's seat."""
    options = Options(_loopback(load_config(config or CONFIG), port), data, as_json)
    set_up_logging("warning")
    origin = f"http://127.0.0.1:{options.config.server.port}"
    _fill(options, origin)

    def announce(address: str) -> None:
        _print_links(options, address, links)

    with open_ground(options.config, options.data) as ground:
        ground.writer.run_sync(lambda tx: point_links(tx, origin))
        links = _links(ground)
    serve_one(options.config, options.data, announce, lambda _ground: routes())


def _loopback(config: Config, port: int) -> Config:
    """The demonstration never listens anywhere else, since its links sign in without a password."""
    free = _free_port(port)
    server = config.server.model_copy(update={"host": "127.0.0.1", "port": free, "workers": 1})
    return config.model_copy(update={"server": server})


def _free_port(wanted: int) -> int:
    try:
        probe = bind("127.0.0.1", wanted)
    except BatonError:
        probe = bind("127.0.0.1", 0)
    with probe:
        return int(address_of(probe).rpartition(":")[2])


def _fill(options: Options, origin: str) -> None:
    """The first time only: it takes a little while."""
    clock = SetClock(datetime.now(UTC))
    with open_ground(options.config, options.data, serving=True, clock=clock) as ground:
        if is_seeded(ground):
            return
        run_seed(ground, clock, origin, lambda said: errors.print(said, style="dim"))


def _links(ground: Ground) -> dict[str, str]:
    """Role to the token of a link that signs in once."""
    query = select(STAFF.c.id, STAFF.c.email).where(STAFF.c.email.in_(SEATS))
    people = {
        row.email: row.id for row in ground.database.read_sync(lambda connection: connection.execute(query).all())
    }
    return {
        role: ground.writer.run_sync(lambda tx, id=people[email]: create_link(tx, id, minutes=LINK_MINUTES))  # type: ignore[misc]
        for email, role in SEATS.items()
        if email in people
    }


def _print_links(options: Options, address: str, links: dict[str, str]) -> None:
    seats = {role: f"{address}/sign-in/{token}" for role, token in links.items()}
    options.answer({"shop": f"{address}/shop", "seats": seats, "url": address})
    if options.as_json:
        return
    console.print(f"\n  The shop:          {address}/shop", highlight=False)
    console.print(f"  The agent's seat:  {seats['agent']}", highlight=False, soft_wrap=True)
    console.print("\n  Ask something in the shop, then ask for a person and answer from the agent's seat.", style="dim")
    console.print(f"  Content owner:     {seats['content']}", style="dim", highlight=False, soft_wrap=True)
    console.print(f"  Administrator:     {seats['admin']}", style="dim", highlight=False, soft_wrap=True)
    console.print("  Each link signs in once. Stop with Ctrl+C.\n", style="dim")
