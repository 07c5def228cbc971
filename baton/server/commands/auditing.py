"""`baton audit` and `baton keys`: checking that nobody rewrote the past."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from baton.core.audit import export, read_witness, verify
from baton.core.errors import ConfigurationError
from baton.core.keys import rotate_keys
from baton.core.staff import record
from baton.server.ground import HEADS_FILE, KEYS_FILE, open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, console, read_options

MOST_SHOWN = 20


def register(app: typer.Typer) -> None:
    audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
    audit.command("verify")(verify_trail)
    audit.command("export")(export_trail)
    app.add_typer(audit, name="audit")
    keys = typer.Typer(no_args_is_help=True, help="The installation's keys.")
    keys.command("rotate")(rotate)
    app.add_typer(keys, name="keys")


def verify_trail(
    witness: Annotated[list[Path] | None, typer.Option(help="A copy of the heads kept elsewhere.")] = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Check every chain and head; exit 1 when something does not fit."""
    options = read_options(config, data, as_json)
    for path in witness or []:
        if not path.is_file():
            raise ConfigurationError(f"--witness: {path} is not a file, so nothing can be compared with it.")
    with open_ground(options.config, options.data) as ground:
        files = [options.data / HEADS_FILE, *(witness or [])]
        witnesses = [read_witness(file) for file in files]
        report = ground.database.read_sync(lambda connection: verify(connection, ground.keys, witnesses))
    findings = [asdict(finding) for finding in report.findings]
    intact = not findings
    options.answer({"ok": intact, "events": report.events, "heads": report.heads, "findings": findings})
    if not options.as_json:
        console.print(
            f"{report.events} entries and {report.heads} heads checked: {'all fit' if intact else 'NOT intact'}."
        )
        for finding in findings[:MOST_SHOWN]:
            console.print(f"  {finding['place']}: {finding['what']}", style="red", markup=False)
        if len(findings) > MOST_SHOWN:
            console.print(f"  and {len(findings) - MOST_SHOWN} more; --json prints them all.")
    if not intact:
        raise typer.Exit(1)


def export_trail(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Print every entry as a JSON line."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        ground.database.read_sync(lambda connection: sys.stdout.buffer.writelines(export(connection)))
    sys.stdout.buffer.flush()


def rotate(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Sign with a new key from the next start on; the old ones still verify."""
    options = read_options(config, data, as_json)
    keys = rotate_keys(options.data / KEYS_FILE)
    with open_ground(options.config, options.data) as ground:
        ground.writer.run_sync(lambda tx: record(tx, "keys.rotated", {"key": keys.current}))
    options.answer({"key": keys.current}, f"New key {keys.current}. Restart the server to sign with it.")
