"""The command line, `baton`: one line of usage, one sentence for what went wrong, exit 0, 1 or 2."""

import logging
import os
import sys
from importlib import import_module

import typer
from typer.exceptions import TyperException

from baton.core.errors import BatonError, ConfigurationError
from baton.server.options import errors

COMMANDS = {
    "demo": "demonstrating",
    "samples": "sampling",
    "serve": "serving",
    "add": "documents",
    "documents": "documents",
    "remove": "documents",
    "reindex": "documents",
    "ask": "asking",
    "staff": "staffing",
    "token": "staffing",
    "eval": "evaluating",
    "replay": "replaying",
    "backtest": "backtesting",
    "experiments": "experimenting",
    "calibrate": "calibrating",
    "pause": "pausing",
    "resume": "pausing",
    "audit": "auditing",
    "keys": "auditing",
    "doctor": "doctoring",
    "migrate": "migrating",
}
"""Command to the module that holds it, so that a small command doesn't load what only a large one needs."""


def build(words: list[str]) -> typer.Typer:
    """The application with the command that `words` names, or with all of them."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Support chat that knows when to pass the baton to a person.",
    )
    app.callback()(_several)
    named = next((word for word in words if not word.startswith("-")), None)
    modules = {COMMANDS[named]} if named in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in modules:
        import_module(f"baton.server.commands.{module}").register(app)
    return app


def main(words: list[str] | None = None) -> None:
    """Run a command. Whatever goes wrong is one plain sentence; BATON_TRACEBACK=1 shows where in the code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    sys.exit(_run(sys.argv[1:] if words is None else words))


def _run(words: list[str]) -> int:
    """The exit status: 0 done, 1 failed, 2 wrong usage or configuration."""
    try:
        return build(words)(args=words, prog_name="baton", standalone_mode=False) or 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said
        return _explain(_innermost(error))


def _several() -> None:
    """Keeps a single command from swallowing its own name."""


def _innermost(error: Exception) -> Exception:
    """A task group hands on what went wrong in it as a group, also when it is one thing."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _explain(error: Exception) -> int:
    """Say what went wrong; returns the exit status. A command that has others below it shows which."""
    match error:
        case TyperException():
            if said := error.format_message().strip():
                _say(said)
            return error.exit_code
        case BatonError():
            _say(str(error))
            return 2 if isinstance(error, ConfigurationError) else 1
    if os.environ.get("BATON_TRACEBACK"):
        raise error
    _say(f"{_what(error)} Set BATON_TRACEBACK=1 to see where it happened.")
    return 1


def _what(error: Exception) -> str:
    """What went wrong outside of us, such as a full disk or a database that is away: its type and first line."""
    first = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {first}." if first else f"{type(error).__name__}."


def _say(sentence: str) -> None:
    errors.print(sentence, style="red", markup=False, soft_wrap=True, highlight=False)
