"""Takes turns as they come: rows are the queue, so a killed process loses none, and each is answered once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import select, update

from baton.assistant.conversations import LEASE, TURNS
from baton.assistant.records import Turn
from baton.core.bus import WAKE, Bus, Subscription
from baton.core.claims import claim_due
from baton.core.errors import WriteFailed
from baton.core.transaction import Transaction
from baton.core.writer import Writer

SWEEP_SECONDS = 1.0
MOST_AT_ONCE = 64
MOST_ATTEMPTS = 3
RETRY = timedelta(seconds=1)
log = logging.getLogger(__name__)

Take = Callable[[str], Awaitable[None]]
GiveUp = Callable[[Transaction, str], None]


class TurnRunner:
    """Runs `take(turn_id)` for each turn that falls to this worker, and cancels those that lost the word.

    `give_up(tx, turn_id)` hands a turn that failed three times to a person.
    """

    def __init__(self, writer: Writer, bus: Bus, take: Take, give_up: GiveUp, worker: str) -> None:
        self._writer = writer
        self._bus = bus
        self._take = take
        self._give_up = give_up
        self._worker = worker
        self._running: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; what was being taken then stays a row and is taken up by the next process."""
        async with self._bus.subscribe("turns") as notices, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look_after_rows(tasks))
            await self._listen(notices, tasks)

    async def _listen(self, notices: Subscription, tasks: asyncio.TaskGroup) -> None:
        async for notice in notices:
            if notice.topic == WAKE or notices.missed:
                notices.missed = False
                self._look.set()
                continue
            conversation, turn = notice.payload["conversation"], notice.payload.get("turn")
            self._stop(conversation)
            if turn is not None and notice.payload.get("worker") == self._worker:
                self._start(conversation, turn, tasks)

    async def _look_after_rows(self, tasks: asyncio.TaskGroup) -> None:
        """Keep the leases of what runs here, and take up what nobody holds."""
        while True:
            try:
                running = [turn for turn, _ in self._running.values()]
                for conversation, turn in await self._writer.run(partial(self._renew_and_claim, running)):
                    self._start(conversation, turn, tasks)
            except WriteFailed as error:
                log.warning("The queue of turns could not be looked at: %s", error)
            await self._wait()

    async def _wait(self) -> None:
        """Until notices may have been lost, and at most a second."""
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._look.wait()
        except TimeoutError:
            return
        self._look.clear()

    def _renew_and_claim(self, running: list[str], tx: Transaction) -> list[tuple[str, str]]:
        if running:
            mine = update(TURNS).where(TURNS.c.id.in_(running), TURNS.c.claimed_by == self._worker)
            tx.connection.execute(mine.values(claimed_until=tx.now + LEASE))
        rows = claim_due(
            tx.connection,
            Turn,
            now=tx.now,
            worker=self._worker,
            lease_seconds=LEASE.total_seconds(),
            limit=MOST_AT_ONCE,
            where=(TURNS.c.state == "queued",),
        )
        for row in rows:
            if row["attempts"] >= MOST_ATTEMPTS:
                self._give_up(tx, row["id"])
        return [(row["conversation_id"], row["id"]) for row in rows if row["attempts"] < MOST_ATTEMPTS]

    def _start(self, conversation: str, turn: str, tasks: asyncio.TaskGroup) -> None:
        task = tasks.create_task(self._run_one(turn))
        self._running[conversation] = (turn, task)
        task.add_done_callback(lambda done: self._forget(conversation, done))

    def _stop(self, conversation: str) -> None:
        if conversation in self._running:
            self._running.pop(conversation)[1].cancel()

    def _forget(self, conversation: str, task: asyncio.Task[None]) -> None:
        if conversation in self._running and self._running[conversation][1] is task:
            del self._running[conversation]

    async def _run_one(self, turn: str) -> None:
        async with self._places:
            try:
                await self._take(turn)
            except Exception:
                log.exception("Turn %s failed.", turn)
                await self._put_back(turn)

    async def _put_back(self, turn: str) -> None:
        """Try again in a moment, and after the third time give the question to a person."""

        def work(tx: Transaction) -> None:
            attempts = tx.connection.execute(select(TURNS.c.attempts).where(TURNS.c.id == turn)).scalar_one()
            if attempts >= MOST_ATTEMPTS:
                return self._give_up(tx, turn)
            again = {"claimed_by": None, "claimed_until": None, "due_at": tx.now + RETRY}
            tx.connection.execute(update(TURNS).where(TURNS.c.id == turn, TURNS.c.state == "queued").values(again))

        try:
            await self._writer.run(work)
        except WriteFailed as error:
            log.warning("Turn %s stays claimed until its lease runs out: %s", turn, error)


def release_claims(tx: Transaction) -> None:
    """For the one process of an embedded installation, at its start: whoever held turns is gone."""
    tx.connection.execute(update(TURNS).where(TURNS.c.state == "queued").values(claimed_by=None, claimed_until=None))
