"""A library on each engine in turn, or on SQLite alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from baton.knowledge.settings import AudienceRule, CrawlSettings, KnowledgeSettings
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
