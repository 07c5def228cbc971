"""The command line, `baton`: one line of usage, one sentence for what went wrong, exit 0, 1 or 2."""

import logging
import os
import sys
from importlib import import_module

import typer

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


def main() -> None:
    """Run a command. What can be expected to go wrong is one plain sentence; anything else is ours and shows whole."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        build(sys.argv[1:])()
    except ConfigurationError as error:
        _say(error)
        sys.exit(2)
    except BatonError as error:
        _say(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(1)


def _several() -> None:
    """Keeps a single command from swallowing its own name."""


def _say(error: BatonError) -> None:
    errors.print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
