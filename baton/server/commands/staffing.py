"""`baton staff` and `baton token`: who works here."""

import secrets
import sys
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from baton.core.errors import NotFound
from baton.core.staff import (
    ROLES,
    STAFF,
    StaffError,
    add_staff,
    create_token,
    deactivate_staff,
    find_by_email,
    passwords,
)
from baton.server.ground import open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, read_options


def _known(role: str) -> str:
    if role not in ROLES:
        raise typer.BadParameter(f"{role!r} is not a role. Roles are {', '.join(ROLES)}.")
    return role


RoleOption = Annotated[str, typer.Option("--role", help=" | ".join(ROLES), callback=_known)]


def register(app: typer.Typer) -> None:
    staff = typer.Typer(no_args_is_help=True, help="People who work here.")
    staff.command("add")(add)
    staff.command("list")(list_staff)
    staff.command("deactivate")(deactivate)
    app.add_typer(staff, name="staff")
    token = typer.Typer(no_args_is_help=True, help="Tokens for programs.")
    token.command("create")(create)
    app.add_typer(token, name="token")


def add(
    email: str,
    role: RoleOption,
    name: Annotated[str | None, typer.Option(help="Shown to visitors; the e-mail's first part if left out.")] = None,
    team: Annotated[list[str] | None, typer.Option(help="A team; may be given several times.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="A skill; may be given several times.")] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Add a person. Without --password-stdin a random password is made and shown once."""
    options = read_options(config, data, as_json)
    if "@" not in email:
        raise typer.BadParameter(f"{email!r} is not an e-mail address.", param_hint="EMAIL")
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    if len(password) < options.config.staff.password_minimum:
        raise StaffError(f"The password needs at least {options.config.staff.password_minimum} characters.")
    hashed = passwords.hash(password)
    shown = name or email.partition("@")[0].replace(".", " ").title()
    with open_ground(options.config, options.data) as ground:
        id = ground.writer.run_sync(
            lambda tx: add_staff(
                tx, name=shown, role=role, email=email, password=hashed, teams=team or (), skills=skill or ()
            )
        )
    made = {} if password_stdin else {"password": password}
    said = f"{shown} is added as {role}." + ("" if password_stdin else f" Password, shown once: {password}")
    options.answer({"id": id, "email": email.lower(), "name": shown, "role": role} | made, said)


def list_staff(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Everybody, tokens included."""
    options = read_options(config, data, as_json)
    columns = (STAFF.c.id, STAFF.c.name, STAFF.c.email, STAFF.c.role, STAFF.c.teams, STAFF.c.active)
    with open_ground(options.config, options.data) as ground:
        query = select(*columns).order_by(STAFF.c.created_at)
        rows = ground.database.read_sync(lambda connection: connection.execute(query).mappings().all())
    table = Table("name", "e-mail", "role", "teams", "active")
    for row in rows:
        table.add_row(row["name"], row["email"] or "(token)", row["role"], ", ".join(row["teams"]), str(row["active"]))
    options.answer({"items": [dict(row) for row in rows]}, table)


def deactivate(
    email: str, config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False
) -> None:
    """End somebody's sessions and sockets at once, and put back what they hold. Takes an e-mail or an id."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        row = ground.database.read_sync(lambda c: find_by_email(c, email))
        by_id = select(STAFF).where(STAFF.c.id == email, STAFF.c.active)
        row = row or ground.database.read_sync(lambda c: c.execute(by_id).first())
        if row is None:
            raise NotFound(f"Nobody active has the e-mail or id {email}.")
        ground.writer.run_sync(lambda tx: deactivate_staff(tx, row.id))
    options.answer({"id": row.id, "active": False}, f"{row.name} is deactivated; what they held waits for others.")


def create(
    role: RoleOption,
    name: Annotated[str, typer.Option(help="What the token is for.")],
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Make a bearer token, shown once. Each is a staff member of its own."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        made = ground.writer.run_sync(lambda tx: create_token(tx, role=role, name=name))
    options.answer(made, f"Token for {name} ({role}), shown once:\n{made['token']}")
