"""The command line, `baton`: one line of usage, one sentence for what went wrong, exit 0, 1 or 2."""

import logging
import os
import sys

import typer

from baton.core.errors import BatonError, ConfigurationError
from baton.server.commands import (
    asking,
    auditing,
    demonstrating,
    documents,
    doctoring,
    evaluating,
    migrating,
    pausing,
    serving,
    staffing,
)
from baton.server.options import errors

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Support chat that knows when to pass the baton to a person.",
)
for module in (demonstrating, serving, documents, asking, staffing, evaluating, pausing, auditing, doctoring, migrating):
    module.register(app)


def main() -> None:
    """Run a command. What can be expected to go wrong is one plain sentence; anything else is ours and shows whole."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        app()
    except ConfigurationError as error:
        errors.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(2)
    except BatonError as error:
        errors.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(1)
