"""What a visitor may know of the team: how many are here, and the place in the queue."""

from typing import TypedDict

from sqlalchemy import Connection

from baton.core.clock import Clock
from baton.handoff import rows
from baton.handoff.line import estimate_seconds, position_of, recent_waits
from baton.handoff.presence import count_on_duty
from baton.handoff.routing import candidates
from baton.handoff.settings import HandoffSettings
from baton.handoff.transitions import QUEUED


class Queue(TypedDict):
    """`estimate_seconds` is None while nobody is on duty: there is nothing honest to say."""

    position: int
    estimate_seconds: int | None


class Lobby:
    """Reads for the visitor's door, on whatever connection it has."""

    def __init__(self, settings: HandoffSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def agents_online(self, connection: Connection) -> int:
        """How many agents a visitor could be given to."""
        return count_on_duty(connection, self._clock.now(), self._settings)

    def queue(self, connection: Connection, conversation_id: str) -> Queue | None:
        """The place of a conversation that waits for a person; None for any other."""
        handoff = rows.find_open(connection, conversation_id)
        if handoff is None or handoff.status not in QUEUED:
            return None
        position, now = position_of(connection, handoff), self._clock.now()
        on_duty = candidates(connection, now, self._settings)
        free = sum(one.load < one.capacity for one in on_duty)
        waits = recent_waits(connection, now)
        estimate = estimate_seconds(position, waits, len(on_duty), free, self._settings)
        return {"position": position, "estimate_seconds": estimate}
