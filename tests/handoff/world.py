"""A desk over a real database with a clock that is set, and short words for how stories begin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from baton.assistant.conversations import Arrival, receive
from baton.core.bus import LocalBus
from baton.core.clock import SetClock
from baton.core.database import Database, open_database
from baton.core.heads import HeadFile
from baton.core.ids import new_id
from baton.core.keys import load_keys
from baton.core.log import LogEvent
from baton.core.staff import STAFF, StaffMember, add_staff, member_of
from baton.core.transaction import EVENTS, Transaction, read_event
from baton.core.writer import Writer
from baton.handoff import presence, rows
from baton.handoff.desk import Desk
from baton.handoff.listing import read_handoff
from baton.handoff.records import Handoff
from baton.handoff.settings import HandoffSettings
from baton.handoff.waiting import Sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """Everything a story at the desk needs, with short words for its usual beginnings."""

    database: Database
    writer: Writer
    bus: LocalBus
    clock: SetClock
    desk: Desk
    sweep: Sweep

    def agent(self, name: str, *, role: str = "agent", teams: tuple[str, ...] = (), here: bool = False) -> StaffMember:
        """A person on the staff; `here` puts them on duty."""

        def work(tx: Transaction) -> StaffMember:
            id = add_staff(tx, name=name, role=role, teams=teams)
            if here:
                presence.arrive(tx, id)
            row = tx.connection.execute(STAFF.select().where(STAFF.c.id == id)).one()
            return member_of(row)

        return self.writer.run_sync(work)

    def says(self, text: str, conversation: str | None = None, **arrival: Any) -> str:
        """A visitor's message; returns the conversation."""
        id = conversation or new_id("cnv")
        self.writer.run_sync(lambda tx: receive(tx, id, Arrival("vis_1", **arrival), text, None, None))
        return id

    def asks_for_person(self, text: str = "I want to talk to a person") -> Handoff:
        """A conversation whose visitor waits for somebody."""
        id = self.says(text)
        self.writer.run_sync(lambda tx: self.desk.request(tx, id, "vis_1", new_id("req")))
        return self.open_handoff(id)

    def open_handoff(self, conversation: str) -> Handoff:
        handoff = self.database.read_sync(lambda connection: rows.find_open(connection, conversation))
        assert handoff is not None
        return handoff

    def handoff(self, id: str) -> Handoff:
        handoff = self.database.read_sync(lambda connection: rows.find(connection, id))
        assert handoff is not None
        return handoff

    def briefing(self, handoff: str) -> dict[str, Any]:
        """As an agent reads it now."""
        shape = self.database.read_sync(lambda connection: read_handoff(connection, handoff, self.clock.now()))
        assert shape is not None
        return dict(shape["briefing"])

    def conversation(self, id: str) -> Any:
        return self.writer.run_sync(lambda tx: tx.conversation(id))

    def events(self, conversation: str) -> list[LogEvent]:
        query = EVENTS.select().where(EVENTS.c.conversation_id == conversation).order_by(EVENTS.c.seq)
        return self.database.read_sync(lambda connection: [read_event(row) for row in connection.execute(query)])

    def kinds(self, conversation: str, audience: str | None = None) -> list[str]:
        return [event.kind for event in self.events(conversation) if audience in (None, event.audience)]


def open_world(url: str, folder: Path) -> Iterator[World]:
    database, clock, bus = open_database(url, folder), SetClock(START), LocalBus()
    SQLModel.metadata.create_all(database.writing)
    writer = Writer(database, load_keys(folder / "keys.json"), clock, bus, HeadFile(folder / "heads"))
    writer.start()
    desk = Desk(HandoffSettings(teams=["support", "billing"]))
    yield World(database, writer, bus, clock, desk, Sweep(database, writer, bus, clock, desk))
    writer.close()
    database.close()
