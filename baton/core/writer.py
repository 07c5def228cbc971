"""The one writer of a process: a thread that runs whatever units of work are waiting as one grouped transaction."""

import asyncio
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from baton.core.bus import Bus, Notice
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.errors import WriteFailed
from baton.core.heads import HeadFile, add_head
from baton.core.keys import Keys
from baton.core.records import INSTALLATION
from baton.core.transaction import CONVERSATIONS, Batch, BatchRefused, Transaction

T = TypeVar("T")
MOST_UNITS = 500
MOST_WAITING = 20_000
MANY = 8
"""Units of the last transaction from which on the next one gathers before it begins; a quiet server never waits."""
GATHERING_SECONDS = 0.0006
MOST_GATHERING_SECONDS = 0.005
ATTEMPTS = 4
PAUSE_SECONDS = 0.02
"""Before the second try twice this, then four times: a restart of the database is ridden out."""
SWITCH_INTERVAL_SECONDS = 0.0005
"""The interpreter's default of 5 ms would halve the writer's rate: the loop and the writer take turns often."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Unit:
    """Work waiting for its transaction, and where its outcome goes."""

    work: Callable[[Transaction], Any]
    conversation: str | None
    client_id: str | None
    loop: asyncio.AbstractEventLoop | None
    future: Any
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Groups units of work. A unit may run again from the start if its transaction met a deadlock, so it must only
    touch the transaction."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, bus: Bus, heads: HeadFile) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._bus = bus
        self._heads = heads
        self.on_commit: Callable[[int, int, float], None] | None = None
        """Told in the writer's thread, after each commit: units, log entries, seconds."""
        self._waiting: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._is_closed = False
        self._last_count = 0
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        self._thread.start()
        self.run_sync(_make_installation_log)

    def close(self) -> None:
        """Finish what waits, then stop; what comes later is refused."""
        self._is_closed = True
        self._waiting.put(None)
        self._thread.join()
        self._heads.close()

    async def run(
        self, work: Callable[[Transaction], T], *, conversation: str | None = None, client_id: str | None = None
    ) -> T:
        """Run `work` in the next transaction and return its result once that is committed.

        Naming the conversation and the client_id lets a batch lock and look them up together. An exception of `work`
        rolls it back alone and is raised here; WriteFailed says that the transaction itself could not be committed.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue(Unit(work, conversation, client_id, loop, future))
        return await future

    def run_sync(
        self, work: Callable[[Transaction], T], *, conversation: str | None = None, client_id: str | None = None
    ) -> T:
        """The same for a thread without a loop."""
        future: Future[T] = Future()
        self._queue(Unit(work, conversation, client_id, None, future))
        return future.result()

    def _queue(self, unit: Unit) -> None:
        if self._is_closed or self._waiting.qsize() >= MOST_WAITING:
            why = "This server is stopping" if self._is_closed else "Too much is waiting to be written"
            raise WriteFailed(f"{why}. Try again in a moment.")
        self._waiting.put(unit)

    def _serve(self) -> None:
        while True:
            units, last = self._take()
            if units:
                self._write(units)
            self._last_count = len(units)
            if last:
                return

    def _take(self) -> tuple[list[Unit], bool]:
        first = self._waiting.get()
        if first is None:
            return [], True
        units = [first]
        if self._last_count >= MANY:
            self._let_more_come()
        while len(units) < MOST_UNITS:
            try:
                unit = self._waiting.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                return units, True
            units.append(unit)
        return units, False

    def _let_more_come(self) -> None:
        """Under load, wait while units still come: those just answered send their next, and both threads take turns
        less often."""
        until = time.monotonic() + MOST_GATHERING_SECONDS
        seen = -1
        while seen < self._waiting.qsize() and time.monotonic() < until:
            seen = self._waiting.qsize()
            time.sleep(GATHERING_SECONDS)

    def _write(self, units: list[Unit]) -> None:
        """Commit `units` together; when that can't be done, one by one, so that a bad one fails alone."""
        cause: Exception = WriteFailed()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                notices = self._transact(units)
            except _CommitFailed as error:
                log.exception("Whether a transaction of %d units was committed is not known.", len(units))
                return _fail(units, error)
            except Exception as error:  # noqa: BLE001 - the batch is taken apart, and each unit learns its own fate
                log.warning("A transaction of %d units is tried again (%d): %s", len(units), attempt, error)
                cause = error
                if not isinstance(error, (OperationalError, IntegrityError)):
                    break
                if isinstance(error, OperationalError) and attempt < ATTEMPTS:
                    time.sleep(PAUSE_SECONDS * 2**attempt)
            else:
                _settle(units)
                return self._publish(notices)
        if len(units) == 1 or _is_away(cause):
            log.error("%d changes were refused.", len(units), exc_info=cause)
            return _fail(units, cause)
        for unit in units:
            self._write([unit])

    def _publish(self, notices: list[Notice]) -> None:
        """After the callers were told: their sockets then send the acknowledgement and the event in one go."""
        try:
            self._bus.publish_all(notices)
        except Exception:
            log.exception("%d notices were lost; who reads the log next finds what they were about.", len(notices))

    def _transact(self, units: list[Unit]) -> list[Notice]:
        began = time.perf_counter()
        with self._database.writing.connect() as connection, connection.begin() as transaction:
            batch = Batch(connection, self._clock.now())
            batch.lock({unit.conversation for unit in units if unit.conversation})
            batch.look_up({(u.conversation, u.client_id) for u in units if u.conversation and u.client_id})
            for unit in units:
                _run(unit, batch)
            batch.flush()
            head = add_head(connection, self._keys, batch.now, batch.wrote) if batch.wrote else None
            try:
                transaction.commit()
            except DBAPIError as error:
                raise _CommitFailed(str(error)) from error
        if head:
            self._heads.add(head)
        if self.on_commit:
            self.on_commit(len(units), len(batch.wrote), time.perf_counter() - began)
        return batch.notices


class _CommitFailed(Exception):
    """The outcome of the commit is unknown, so the batch is not tried again."""


def _is_away(error: Exception) -> bool:
    """Whether there was nobody to talk to: then taking the batch apart would only keep everybody waiting."""
    return isinstance(error, OperationalError) and (error.connection_invalidated or error.statement is None)


def _run(unit: Unit, batch: Batch) -> None:
    transaction = Transaction(batch)
    unit.result, unit.error = None, None
    try:
        unit.result = unit.work(transaction)
        transaction.commit()
    except (OperationalError, IntegrityError, BatchRefused):
        raise
    except Exception as error:  # noqa: BLE001 - it is given to whoever asked for this unit
        unit.error = error
        transaction.roll_back()


def _fail(units: list[Unit], cause: BaseException) -> None:
    for unit in units:
        unit.error = WriteFailed("The database did not take this change. Try again in a moment.")
        unit.error.__cause__ = cause
    _settle(units)


def _settle(units: list[Unit]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        if unit.loop is not None:
            loops.setdefault(unit.loop, []).append(unit)
        elif unit.error is not None:
            unit.future.set_exception(unit.error)
        else:
            unit.future.set_result(unit.result)
    for loop, settled in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle_in_loop, settled)


def _settle_in_loop(units: list[Unit]) -> None:
    for unit in units:
        if unit.future.done():
            continue
        if unit.error is not None:
            unit.future.set_exception(unit.error)
        else:
            unit.future.set_result(unit.result)


def _make_installation_log(tx: Transaction) -> None:
    exists = tx.connection.execute(select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.id == INSTALLATION)).first()
    if exists is None:
        tx.create_conversation(INSTALLATION, status="log", holder_kind="none")
