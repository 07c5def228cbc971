"""What every visitor's socket shares: the things it works with, and how much one visitor may send."""

from collections.abc import Callable
from dataclasses import dataclass, field

from baton.core.bus import Bus
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.directory import Directory
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.handoff.desk import Desk
from baton.handoff.lobby import Lobby
from baton.widget.origins import Origins
from baton.widget.settings import WidgetSettings
from baton.widget.visitors import Visitors

MOST_BUCKETS = 10_000


@dataclass(slots=True)
class Bucket:
    """A token bucket: `left` frames may be sent now, as of `at`."""

    left: float
    at: float


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
    monotonic: Callable[[], float]
    suggest_person: Callable[[Transaction, str], None]
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def take_token(self, visitor_id: str) -> float:
        """Count one frame of this visitor. 0 when it may pass, else the seconds to wait."""
        now, settings = self.monotonic(), self.settings
        bucket = self.buckets.get(visitor_id)
        if bucket is None:
            if len(self.buckets) >= MOST_BUCKETS:
                self.buckets.clear()
            bucket = self.buckets[visitor_id] = Bucket(settings.messages_burst, now)
        refilled = bucket.left + (now - bucket.at) * settings.messages_per_second
        bucket.left, bucket.at = min(settings.messages_burst, refilled), now
        if bucket.left < 1:
            return (1 - bucket.left) / settings.messages_per_second
        bucket.left -= 1
        return 0.0
