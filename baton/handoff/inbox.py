"""The live inbox: each change of a conversation is summarised once in a process, and shared by all who watch."""

import asyncio
import logging

import orjson
from sqlalchemy.exc import SQLAlchemyError

from baton.core.bus import WAKE, Bus, Notice, Subscription
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.records import INSTALLATION
from baton.handoff.summaries import open_conversations, summarise

TOPIC = "@inbox"
"""Marks a notice whose `frame` is finished; put into the mailboxes directly, never published."""
log = logging.getLogger(__name__)


class Inbox:
    """Watchers are the mailboxes of agents' sockets. Changes that come while a summary is being made share the next."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._watchers: set[Subscription] = set()
        self._changed: set[str] = set()
        self._may_have_lost = False
        self._ready = asyncio.Event()

    def watch(self, mailbox: Subscription) -> None:
        """Send every change to `mailbox` from now on."""
        self._watchers.add(mailbox)

    def unwatch(self, mailbox: Subscription) -> None:
        """No longer."""
        self._watchers.discard(mailbox)

    async def run(self) -> None:
        """Follow the bus until cancelled."""
        async with self._bus.subscribe("inbox") as notices, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._collect(notices))
            while True:
                await self._ready.wait()
                self._ready.clear()
                await self._share()

    async def _collect(self, notices: Subscription) -> None:
        async for notice in notices:
            if not self._watchers:
                continue
            if notice.topic == WAKE or notices.missed:
                self._may_have_lost, notices.missed = True, False
            self._changed.add(notice.payload.get("conversation", INSTALLATION))
            self._ready.set()

    async def _share(self) -> None:
        """Summarise what changed and put one frame for each conversation into every mailbox."""
        changed, self._changed = self._changed - {INSTALLATION}, set()
        lost, self._may_have_lost = self._may_have_lost, False
        now = self._clock.now()
        try:
            summaries = await self._database.read(
                lambda connection: summarise(
                    connection, changed | (open_conversations(connection) if lost else set()), now
                )
            )
        except SQLAlchemyError:
            log.exception("The inbox could not be read; the next change is shown with the one after it.")
            self._changed |= changed
            return
        for summary in summaries:
            frame = {"type": "inbox", "conversation": summary}
            notice = Notice(TOPIC, {"frame": orjson.dumps(frame, option=orjson.OPT_UTC_Z)})
            for mailbox in tuple(self._watchers):
                mailbox.put(notice)
