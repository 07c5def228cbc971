"""Feeds the figures of one process: every turn that is taken, and what the rows say when Prometheus asks."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from sqlalchemy import Connection, func, select

from baton.assistant.conversations import TURNS
from baton.core.database import Database
from baton.core.metrics import Counts, Metrics
from baton.handoff.rows import HANDOFFS
from baton.handoff.transitions import QUEUED
from baton.knowledge.library import DOCUMENTS

Take = Callable[[str], Awaitable[None]]
SUPERSEDED = "superseded"


def counted(take: Take, database: Database, metrics: Metrics) -> Take:
    """`take`, with what was decided and how long it took counted."""

    async def take_counted(turn_id: str) -> None:
        began = time.perf_counter()
        try:
            await take(turn_id)
        except asyncio.CancelledError:
            metrics.turn_taken(SUPERSEDED, time.perf_counter() - began)
            raise
        seconds = time.perf_counter() - began
        query = select(TURNS.c.decision).where(TURNS.c.id == turn_id)
        decision = await database.read(lambda connection: connection.execute(query).scalar())
        metrics.turn_taken(decision or SUPERSEDED, seconds)

    return take_counted


async def count(database: Database) -> Counts:
    """What the rows say now."""
    return await database.read(_count)


def _count(connection: Connection) -> Counts:
    waiting = select(func.count()).select_from(HANDOFFS).where(HANDOFFS.c.status.in_(QUEUED))
    documents = select(DOCUMENTS.c.status, func.count()).group_by(DOCUMENTS.c.status)
    return Counts(
        connection.execute(waiting).scalar_one(),
        {status: number for status, number in connection.execute(documents)},
    )
