"""The port to the people: what a turn asks of the desk, inside its own transaction. `handoff` implements it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from baton.core.transaction import LockedConversation, Transaction


class Desk(Protocol):
    """Who takes over when software should not answer."""

    def escalate(
        self,
        tx: Transaction,
        conversation: LockedConversation,
        reasons: Sequence[Mapping[str, Any]],
        *,
        turn: str | None = None,
        team: str | None = None,
        risk: str | None = None,
    ) -> object:
        """Put the conversation into the queue for a person."""
        ...

    def press(
        self,
        tx: Transaction,
        conversation: LockedConversation,
        reasons: Sequence[Mapping[str, Any]],
        *,
        risk: str | None = None,
    ) -> None:
        """Let whoever waits move up, now that more is known of how pressing it is; nothing where nobody waits."""
        ...
