"""A desk on each engine in turn, or on SQLite alone."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.handoff.office import Office, serve
from tests.handoff.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A desk on each engine in turn."""
    yield from open_world(database_url, tmp_path)


@pytest.fixture
def embedded_world(tmp_path: Path) -> Iterator[World]:
    """The same on SQLite alone, where the engine makes no difference."""
    yield from open_world("sqlite", tmp_path)


@pytest.fixture
async def office(embedded_world: World) -> AsyncIterator[Office]:
    """A desk behind a real server, on SQLite: the engines differ below it, not in it."""
    async with serve(embedded_world) as served:
        yield served
