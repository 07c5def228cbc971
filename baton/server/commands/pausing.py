"""`baton pause` and `baton resume`: the switch that stops the assistant everywhere within a second."""

from typing import Annotated

import typer

from baton.assistant.pausing import ALL, pause, resume
from baton.core.errors import ConfigurationError
from baton.server.ground import open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, Options, read_options

TaskOption = Annotated[str | None, typer.Option("--task", help="One task type; left out, everything.")]


def register(app: typer.Typer) -> None:
    app.command("pause")(pause_assistant)
    app.command("resume")(resume_assistant)


def pause_assistant(
    task: TaskOption = None, config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False
) -> None:
    """The assistant stops speaking; visitors go to people or the contact form."""
    options = read_options(config, data, as_json)
    _check_task(options, task)
    with open_ground(options.config, options.data) as ground:
        switches = ground.writer.run_sync(lambda tx: pause(tx, task))
    options.answer({"paused": sorted(switches)}, f"Paused: {_said(switches)}.")


def resume_assistant(
    task: TaskOption = None, config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False
) -> None:
    """It speaks again."""
    options = read_options(config, data, as_json)
    _check_task(options, task)
    with open_ground(options.config, options.data) as ground:
        switches = ground.writer.run_sync(lambda tx: resume(tx, task))
    options.answer({"paused": sorted(switches)}, f"Paused now: {_said(switches)}.")


def _check_task(options: Options, task: str | None) -> None:
    known = sorted(options.config.assistant.tasks)
    if task is not None and task not in known:
        raise ConfigurationError(f"{task!r} is not a task type. Task types are: {', '.join(known) or '(none)'}.")


def _said(switches: dict[str, object]) -> str:
    return ", ".join("everything" if name == ALL else name for name in sorted(switches)) or "nothing"
