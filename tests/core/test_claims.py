"""Rows as the queue: due rows go to one worker each, and come back when a lease runs out."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from baton.core.claims import Claimable, claim_due
from baton.core.transaction import Transaction
from tests.core.ground import START, Ground, open_ground


class Apart(SQLModel, registry=registry()):
    """Tables of tests, which are no tables of ours."""


class Errand(Claimable, Apart, table=True):
    """Something to be done later."""

    __tablename__ = "test_errand"
    id: str = Field(primary_key=True)


ERRANDS = Errand.__table__  # type: ignore[attr-defined]


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    with open_ground(database_url, tmp_path) as opened:
        ERRANDS.create(opened.database.writing)
        yield opened


def put(ground: Ground, **due: datetime | None) -> None:
    rows = [Errand(id=id, due_at=at).model_dump() for id, at in due.items()]
    ground.writer.run_sync(lambda tx: tx.connection.execute(insert(ERRANDS), rows))


def claim(tx: Transaction, worker: str, limit: int = 10, lease_seconds: float = 15) -> list[str]:
    rows = claim_due(tx.connection, Errand, now=tx.now, worker=worker, lease_seconds=lease_seconds, limit=limit)
    return [row["id"] for row in rows]


def test_what_is_due_is_claimed_the_longest_due_first(ground: Ground) -> None:
    put(ground, a=START - timedelta(seconds=1), b=START - timedelta(seconds=9), c=START + timedelta(seconds=1), d=None)
    assert ground.writer.run_sync(lambda tx: claim(tx, "w1")) == ["b", "a"]
    assert ground.writer.run_sync(lambda tx: claim(tx, "w2")) == []
    ground.clock.advance(2)
    assert ground.writer.run_sync(lambda tx: claim(tx, "w2")) == ["c"]


def test_a_claim_says_whose_it_is_and_counts(ground: Ground) -> None:
    put(ground, a=START)
    ground.writer.run_sync(lambda tx: claim(tx, "w1"))
    row = ground.database.read_sync(lambda connection: connection.execute(select(ERRANDS)).one())
    assert (row.claimed_by, row.claimed_until, row.attempts) == ("w1", START + timedelta(seconds=15), 1)


def test_when_a_lease_runs_out_another_goes_on(ground: Ground) -> None:
    put(ground, a=START)
    ground.writer.run_sync(lambda tx: claim(tx, "w1"))
    ground.clock.advance(15)
    assert ground.writer.run_sync(lambda tx: claim(tx, "w2")) == []
    ground.clock.advance(1)
    assert ground.writer.run_sync(lambda tx: claim(tx, "w2")) == ["a"]
    row = ground.database.read_sync(lambda connection: connection.execute(select(ERRANDS)).one())
    assert (row.claimed_by, row.attempts) == ("w2", 2)


def test_what_is_done_is_claimed_by_nobody(ground: Ground) -> None:
    put(ground, a=START)
    ground.writer.run_sync(lambda tx: tx.connection.execute(update(ERRANDS).values(due_at=None)))
    ground.clock.advance(60)
    assert ground.writer.run_sync(lambda tx: claim(tx, "w1")) == []


async def test_many_workers_share_what_is_due_and_none_gets_anothers(ground: Ground) -> None:
    put(ground, **{f"e{number}": START for number in range(40)})
    work = [ground.writer.run(lambda tx, name=f"w{n}": claim(tx, name, limit=7)) for n in range(8)]  # type: ignore[misc]
    claimed = [id for ids in await asyncio.gather(*work) for id in ids]
    assert sorted(claimed) == sorted(set(claimed)) and len(claimed) == 40
