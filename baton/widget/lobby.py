"""What a visitor may know of the team: how many are here, and their own place in the queue."""

from typing import Any

from sqlalchemy import Connection

from baton.core.clock import Clock
from baton.handoff import rows
from baton.handoff.line import estimate_seconds, position_of, recent_waits
from baton.handoff.presence import count_on_duty
from baton.handoff.settings import HandoffSettings


class Lobby:
    """Reads it fresh; nothing here is remembered."""

    def __init__(self, settings: HandoffSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def agents_online(self, connection: Connection) -> int:
        """How many agents are on duty."""
        return count_on_duty(connection, self._clock.now(), self._settings)

    def queue(self, connection: Connection, conversation_id: str) -> dict[str, Any] | None:
        """`{position, estimate_seconds}` while the conversation waits; the estimate is None with nobody on duty."""
        handoff = rows.find_open(connection, conversation_id)
        if handoff is None or handoff.status == "accepted":
            return None
        position, now = position_of(connection, handoff), self._clock.now()
        on_duty = count_on_duty(connection, now, self._settings)
        estimate = estimate_seconds(position, recent_waits(connection, now), on_duty, self._settings)
        return {"position": position, "estimate_seconds": estimate}
