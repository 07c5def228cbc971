"""Real files on a site, by the content owner's own call, and visitors who ask about them."""

import asyncio
import os
from collections.abc import Sequence

from baton.assistant.turns import open_provider
from evals.real_questions.asking import Asker, Result, names_of
from evals.utterances import Row
from tests.journeys.site import Site

READING_SECONDS = 300


async def upload(site: Site, files: Sequence[tuple[str, bytes]]) -> None:
    """Send files as a content owner does, and wait until all of them are read."""
    owner = await site.agent("Cora", role="content")
    async with asyncio.timeout(READING_SECONDS), site.ground.bus.subscribe("documents") as notices:
        for file in files:
            taken = await owner.http.post("/api/v1/documents", files={"file": file}, timeout=READING_SECONDS)
            assert taken.status_code == 202, taken.text
        while (counts := await site.knowledge.documents.counts())["queued"] or counts["reading"]:
            await anext(notices)


async def ask_all(site: Site, rows: Sequence[Row]) -> list[Result]:
    """Each question asked as a visitor, with those before it in its conversation."""
    config, brand = site.ground.config.assistant, site.ground.config.widget.brand.name
    async with open_provider(config, os.environ) as provider:
        judge = await site.knowledge.open_judge(provider, config, brand)
        asker = Asker(judge, await site.ground.database.read(names_of), brand)
        return [await asker.ask(row) for row in rows]
