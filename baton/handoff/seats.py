"""Which agents have a socket open in this process. One write keeps all of them present, one read finds who must go."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from baton.core.bus import Notice, Subscription
from baton.core.database import Database
from baton.core.errors import WriteFailed
from baton.core.writer import Writer
from baton.handoff import presence

DISMISSED = "@dismissed"
"""Marks the notice that ends a socket; put into its mailbox directly, never published."""
LOOK_SECONDS = 1.0
LOOKS_PER_BEAT = 3
log = logging.getLogger(__name__)


class Seats:
    """Several tabs of one agent are one agent. The notice about a dismissal is a hint; looking makes it certain."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer
        self._taken: dict[str, set[Subscription]] = {}

    @contextmanager
    def take(self, staff_id: str, mailbox: Subscription) -> Iterator[None]:
        """Sit here for as long as the socket is open."""
        self._taken.setdefault(staff_id, set()).add(mailbox)
        try:
            yield
        finally:
            tabs = self._taken[staff_id]
            tabs.discard(mailbox)
            if not tabs:
                del self._taken[staff_id]

    async def run(self) -> None:
        """Look every second, and beat every third, until cancelled."""
        looks = 0
        while True:
            try:
                await self.look()
                if looks % LOOKS_PER_BEAT == 0:
                    await self.beat()
            except (SQLAlchemyError, WriteFailed) as error:
                log.warning("Presence could not be kept, and is tried again: %s", error)
            looks += 1
            await asyncio.sleep(LOOK_SECONDS)

    async def beat(self) -> None:
        """Everybody who sits here is present now."""
        here = frozenset(self._taken)
        if here:
            await self._writer.run(lambda tx: presence.keep_alive(tx, here))

    async def look(self) -> None:
        """End the sockets of whoever was deactivated, also by a command in another process."""
        here = frozenset(self._taken)
        gone = await self._database.read(lambda connection: presence.gone_from(connection, here)) if here else set()
        for staff_id in gone:
            for mailbox in self._taken.get(staff_id, ()):
                mailbox.put(Notice(DISMISSED))
