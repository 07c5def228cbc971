"""What must happen without anybody asking: offers, lapses, deadlines, telling visitors that nobody is here.

`plan` reads what is due; each step is then a transition of the desk, which checks again under the conversation's
lock. Any number of processes may sweep: of two that plan the same step one finds it done.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from baton.core.bus import Bus, Notice, Subscription
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.errors import BatonError
from baton.core.staff import STAFF
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.handoff import rows
from baton.handoff.desk import Desk
from baton.handoff.errors import Refused
from baton.handoff.nobody import language_of
from baton.handoff.records import Handoff
from baton.handoff.routing import Candidate, Lapsed, candidates, choose, eligible, is_still_free
from baton.handoff.rows import HANDOFFS
from baton.handoff.settings import HandoffSettings
from baton.handoff.transitions import QUEUED

MOST_STEPS = 200
log = logging.getLogger(__name__)

What = Literal["due", "orphaned", "offer", "nobody"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about one handoff; `agent` is whom to offer it to, `language` what the visitor is told in."""

    what: What
    handoff: str
    conversation: str
    agent: str | None = None
    language: str | None = None


def plan(connection: Connection, now: datetime, settings: HandoffSettings) -> list[Step]:
    """What is due at `now`, in the order in which it should be done."""
    return [*_past_deadline(connection, now), *_orphaned(connection), *_to_route(connection, now, settings)]


def _past_deadline(connection: Connection, now: datetime) -> list[Step]:
    query = select(HANDOFFS.c.id, HANDOFFS.c.conversation_id).where(HANDOFFS.c.due_at <= now)
    due = connection.execute(query.order_by(HANDOFFS.c.due_at).limit(MOST_STEPS))
    return [Step("due", row.id, row.conversation_id) for row in due]


def _orphaned(connection: Connection) -> list[Step]:
    """Held by, or offered to, somebody who has been deactivated."""
    whose = or_(HANDOFFS.c.accepted_by == STAFF.c.id, HANDOFFS.c.offered_to == STAFF.c.id)
    query = select(HANDOFFS.c.id, HANDOFFS.c.conversation_id).join(STAFF, whose)
    gone = connection.execute(query.where(HANDOFFS.c.status.in_(("accepted", "offered")), ~STAFF.c.active))
    return [Step("orphaned", row.id, row.conversation_id) for row in gone]


def _to_route(connection: Connection, now: datetime, settings: HandoffSettings) -> list[Step]:
    """Offers to free agents, each agent once, and who must be told that nobody is here. Nobody waits in a sample."""
    columns = ("id", "conversation_id", "team", "declined_by", "lapsed_by", "lapsed_at", "queued_at", "told_nobody_at")
    query = select(*(HANDOFFS.c[name] for name in columns)).where(HANDOFFS.c.status == "waiting", ~HANDOFFS.c.sample)
    order = (HANDOFFS.c.priority.desc(), HANDOFFS.c.queued_at, HANDOFFS.c.id)
    waiting = connection.execute(query.order_by(*order).limit(MOST_STEPS)).all()
    on_duty = candidates(connection, now, settings) if waiting else []
    unasked = on_duty
    steps: list[Step] = []
    for row in waiting:
        step = _offer(row, unasked, now, settings) or _tell_nobody(connection, row, on_duty, now, settings)
        if step is not None:
            steps.append(step)
            unasked = [one for one in unasked if one.id != step.agent]
    return steps


def _offer(row: Row[Any], unasked: list[Candidate], now: datetime, settings: HandoffSettings) -> Step | None:
    """To whom it was not offered yet, else to who let it pass a while ago."""
    lapsed = Lapsed(row.lapsed_by, row.lapsed_at)
    declined = lapsed.not_again(row.declined_by, unasked, now, settings.offer_again_seconds)
    best = choose(eligible(row.team, row.declined_by, unasked, settings.fallback_team)) or choose(
        eligible(row.team, declined, unasked, settings.fallback_team)
    )
    return Step("offer", row.id, row.conversation_id, best.id) if best else None


def _tell_nobody(
    connection: Connection, row: Row[Any], on_duty: list[Candidate], now: datetime, settings: HandoffSettings
) -> Step | None:
    """Only when it is true: who was asked just now, or let an offer pass, is here all the same."""
    told_at = row.queued_at + timedelta(seconds=settings.nobody_on_duty_seconds)
    if row.told_nobody_at is not None or told_at > now or eligible(row.team, (), on_duty, settings.fallback_team):
        return None
    return Step("nobody", row.id, row.conversation_id, language=language_of(connection, row.conversation_id))


class Sweep:
    """Carries out what `plan` finds: when something changed, and at the latest every `sweep_seconds`."""

    def __init__(self, database: Database, writer: Writer, bus: Bus, clock: Clock, desk: Desk) -> None:
        self._database = database
        self._writer = writer
        self._bus = bus
        self._clock = clock
        self._desk = desk
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Sweep until cancelled."""
        async with self._bus.subscribe("handoffs", "staff") as notices, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(notices))
            while True:
                self._changed.clear()
                await self._try(self.sweep())
                if await self._wait():
                    await self._try(self._tell_waiting())

    async def sweep(self) -> list[Step]:
        """Do once what is due, and return it."""
        settings, now = self._desk.settings, self._clock.now()
        steps = await self._database.read(lambda connection: plan(connection, now, settings))
        for step in steps:
            work = partial(carry_out, desk=self._desk, step=step)
            await self._writer.run(work, conversation=step.conversation)
        return steps

    async def _try(self, task: Coroutine[Any, Any, object]) -> None:
        try:
            await task
        except (BatonError, SQLAlchemyError) as error:
            log.warning("The queue could not be looked after, and is tried again: %s", error)

    async def _listen(self, notices: Subscription) -> None:
        async for _ in notices:
            self._changed.set()

    async def _wait(self) -> bool:
        """Whether something changed before the next sweep is due anyway."""
        try:
            async with asyncio.timeout(self._desk.settings.sweep_seconds):
                return await self._changed.wait()
        except TimeoutError:
            return False

    async def _tell_waiting(self) -> None:
        """Everybody's place and estimate may be others now."""
        query = select(HANDOFFS.c.conversation_id).where(HANDOFFS.c.status.in_(QUEUED)).limit(MOST_STEPS)
        waiting = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        self._bus.publish_all([Notice(f"conversation:{id}", {"queue": True}) for id in waiting])


def carry_out(tx: Transaction, desk: Desk, step: Step) -> None:
    """Do a step, unless things have moved on since it was planned."""
    try:
        match step.what:
            case "due":
                settle_deadline(tx, desk, step.handoff)
            case "orphaned":
                desk.put_back(tx, step.handoff, "agent_left", "The agent no longer works here.")
            case "offer" if step.agent and is_still_free(tx, step.agent, desk.settings):
                desk.offer(tx, step.handoff, step.agent, "Free, with the fewest conversations, and idle longest.")
            case "nobody":
                desk.tell_nobody_is_here(tx, step.handoff, step.language)
    except Refused as refused:
        log.debug("%s of %s is done already: %s", step.what, step.handoff, refused)


def settle_deadline(tx: Transaction, desk: Desk, handoff_id: str) -> None:
    """What the deadline of a handoff's present state does, if it has really passed."""
    handoff = rows.find(tx.connection, handoff_id)
    if handoff is None or handoff.due_at is None or handoff.due_at > tx.now:
        return
    if handoff.expires_at <= tx.now and handoff.status != "accepted":
        desk.expire(tx, handoff_id)
    elif handoff.status == "offered":
        desk.lapse(tx, handoff_id)
    elif handoff.status == "accepted":
        _look_after_holder(tx, desk, handoff)


def _look_after_holder(tx: Transaction, desk: Desk, handoff: Handoff) -> None:
    """Back to the queue when its agent has been gone too long. Who never had a console open is a program, and stays."""
    seen_at = tx.connection.execute(select(STAFF.c.seen_at).where(STAFF.c.id == handoff.accepted_by)).scalar()
    patience = timedelta(seconds=desk.settings.holder_gone_seconds)
    if seen_at is not None and seen_at + patience <= tx.now:
        desk.put_back(tx, handoff.id, "agent_gone", "The agent has been offline for too long.")
        return
    due_at = (seen_at or tx.now) + patience
    tx.connection.execute(update(HANDOFFS).where(HANDOFFS.c.id == handoff.id).values(due_at=due_at))
