"""Kept results: stored with their rows in order, read a page at a time, removed with a line in the trail."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

import baton.server.tables  # noqa: F401  (defines every table)
from baton.assistant import experiments
from baton.assistant.experiments import Result
from baton.core.errors import NotFound
from baton.core.transaction import EVENTS
from tests.core.ground import Ground, open_ground


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    with open_ground(database_url, tmp_path) as made:
        yield made


def keep(ground: Ground, name: str, rows: int) -> str:
    result = Result("backtest", name, {}, {"turns": rows}, [{"of": f"chat-{n}"} for n in range(rows)])
    id = ground.writer.run_sync(lambda tx: experiments.keep(tx, result))
    ground.clock.advance(seconds=1)
    return id


def test_the_newest_comes_first_and_rows_come_a_page_at_a_time(ground: Ground) -> None:
    keep(ground, "first", 0)
    id = keep(ground, "second", 1203)
    listed = ground.database.read_sync(experiments.newest)
    assert [one.name for one in listed] == ["second", "first"]
    page = ground.database.read_sync(lambda c: experiments.rows_of(c, id, 50, after=1160))
    assert [row.number for row in page] == list(range(1161, 1204))
    assert page[0].body == {"of": "chat-1160"}


def test_one_that_is_removed_is_gone_with_its_rows_and_the_trail_says_who(ground: Ground) -> None:
    id, other = keep(ground, "first", 3), keep(ground, "second", 2)
    ground.writer.run_sync(lambda tx: experiments.remove(tx, id, "stf_1"))
    with pytest.raises(NotFound, match=id):
        ground.database.read_sync(lambda c: experiments.find(c, id))
    assert ground.database.read_sync(lambda c: experiments.rows_of(c, id, 50)) == []
    assert len(ground.database.read_sync(lambda c: experiments.rows_of(c, other, 50))) == 2
    query = select(EVENTS.c.author_id, EVENTS.c.body).where(EVENTS.c.kind == "experiment.removed")
    (said,) = ground.database.read_sync(lambda c: c.execute(query).all())
    assert (said.author_id, orjson.loads(said.body)) == ("stf_1", {"experiment": id, "name": "first"})
