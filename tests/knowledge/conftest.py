"""A library on each engine in turn, or on SQLite alone."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from baton.core.database import open_database
from baton.knowledge.embedding import Embedding, open_embedding
from baton.knowledge.index import open_folder
from baton.knowledge.settings import AudienceRule, CrawlSettings, KnowledgeSettings
from tests.knowledge.shelf import Shelf, open_shelf
from tests.knowledge.world import World, open_world

SETTINGS = KnowledgeSettings(
    audience_rules=[
        AudienceRule(title="Internal:"),
        AudienceRule(title="(Internal)"),
        AudienceRule(path="staff-only/"),
    ],
    max_file_mb=1,
    crawl=CrawlSettings(allow_private=["127.0.0.1"], page_seconds=5, pages=20),
)


@pytest.fixture
async def library_on_each_engine(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A library on each engine in turn."""
    async for world in open_world(database_url, tmp_path, SETTINGS):
        yield world


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[World]:
    """The same on SQLite alone, where the engine makes no difference."""
    async for world in open_world("sqlite", tmp_path, SETTINGS):
        yield world


@pytest.fixture(scope="session")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedding]:
    """The real model, its graph built once for all tests."""
    model = open_embedding(tmp_path_factory.mktemp("model"))
    assert model is not None
    yield model
    model.close()


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path, embedding: Embedding) -> AsyncIterator[Shelf]:
    """An empty searchable shelf on each engine in turn."""
    database, index = open_database(database_url, tmp_path), open_folder(tmp_path / "index", 0)
    yield open_shelf(database, index, embedding)
    await index.close()
    database.close()
