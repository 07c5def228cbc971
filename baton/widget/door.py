"""What every visitor's socket shares: the things it works with, and how much one visitor may send."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from baton.assistant.conversations import Arrival, receive
from baton.core.bus import Bus
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.directory import Directory
from baton.core.log import LogEvent
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.handoff.desk import Desk
from baton.handoff.lobby import Lobby
from baton.widget.limits import Limits
from baton.widget.origins import Origins
from baton.widget.settings import WidgetSettings
from baton.widget.visitors import Visitors


class Receive(Protocol):
    """Stores a visitor's message and sees to what answers it; `worker` is this process."""

    def __call__(
        self,
        tx: Transaction,
        conversation_id: str,
        arrival: Arrival,
        text: str,
        client_id: str | None,
        worker: str | None,
    ) -> LogEvent: ...


@dataclass(slots=True)
class Door:
    """One for the process."""

    database: Database
    writer: Writer
    bus: Bus
    clock: Clock
    directory: Directory
    desk: Desk
    lobby: Lobby
    visitors: Visitors
    origins: Origins
    settings: WidgetSettings
    worker: str
    limits: Limits
    suggest_person: Callable[[Transaction, str], None]
    receive: Receive = receive
    """How a visitor's message is taken in."""
    people_only: bool = False
    """Whether visitors hear from people alone, and are told so."""
    address: str | None = None
    """Where the socket comes from that this door was opened for."""

    def opened_for(self, address: str | None) -> "Door":
        """The same door, counting what it takes in for this address."""
        return replace(self, address=address)

    def take_token(self, visitor_id: str) -> float:
        """Count one frame of this visitor. 0 when it may pass, else the seconds to wait."""
        return self.limits.take_frame(visitor_id, self.address)
