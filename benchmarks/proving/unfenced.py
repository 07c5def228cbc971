"""The control arm: the same server with its fences taken down. A proof that finds nothing here is blind."""

from typing import Any
from unittest.mock import patch

from baton.server.cli import main


def always(*_arguments: Any) -> bool:
    """Every turn may speak, whoever holds and whatever was said meanwhile."""
    return True


def nothing(*_arguments: Any) -> None:
    """No turn is ended by a newer one, or by a change of holder."""


if __name__ == "__main__":
    with (
        patch("baton.assistant.recording.may_speak", always),
        patch("baton.assistant.turns.may_speak", always),
        patch("baton.assistant.conversations._end_turn", nothing),
        patch("baton.assistant.runner.TurnRunner._stop", nothing),
    ):
        main()
