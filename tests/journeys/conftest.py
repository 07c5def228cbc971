"""A site for each story: on SQLite unless the story says otherwise."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.site import Site, open_site


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One for a module's stories: each visitor is a new one, so they don't meet."""
    async with open_site("sqlite", tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest.fixture
async def site_on_both(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    url = "sqlite" if database_url.startswith("sqlite") else database_url
    async with open_site(url, tmp_path) as opened:
        yield opened
