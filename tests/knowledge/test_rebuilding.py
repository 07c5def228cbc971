"""The index is a cache: whatever it lost, or kept too long, is put right from the chunk table."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import chromadb
import numpy as np
from sqlalchemy import update

from baton.knowledge.index import ChromaIndex
from baton.knowledge.library import CHUNKS
from baton.knowledge.minilm import DIMENSIONS
from baton.knowledge.rebuilding import rebuild, reconcile
from baton.knowledge.records import PUBLIC, STAFF
from tests.journeys.site import open_site
from tests.knowledge.world import World


async def test_reconciling_puts_back_what_was_lost_and_removes_what_is_gone(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path) as site:
        knowledge = site.knowledge
        whole = await knowledge.index.ids(PUBLIC)
        assert whole
        await knowledge.index.remove(sorted(whole))
        assert await knowledge.index.ids(PUBLIC) == set()
        mended = await reconcile(knowledge.database, knowledge.writer, knowledge.index, knowledge.lexical)
        assert mended == len(whole)
        assert await knowledge.index.ids(PUBLIC) == whole
        assert await reconcile(knowledge.database, knowledge.writer, knowledge.index, knowledge.lexical) == 0


class BusyIndex(ChromaIndex):
    """An index in which a colleague's document arrives just before it is asked what it holds."""

    arriving: Callable[[], Awaitable[None]] | None = None

    async def ids(self, audience: str) -> set[int]:
        arriving, self.arriving = self.arriving, None
        if arriving is not None:
            await arriving()
        return await super().ids(audience)


async def test_reconciling_keeps_what_a_colleague_adds_meanwhile(library: World, tmp_path: Path) -> None:
    index = BusyIndex(lambda: chromadb.PersistentClient(str(tmp_path / "index")), 0)

    async def arriving() -> None:
        document = await library.learn("parking.md", "# Parking\n\nVisitors may park in Linden Street.\n")
        (id,) = library.chunk_ids(document["id"])
        vector = np.full(DIMENSIONS, DIMENSIONS**-0.5, np.float32)
        query = update(CHUNKS).where(CHUNKS.c.id == id).values(vector=vector.tobytes())
        await library.writer.run(lambda tx: tx.connection.execute(query))
        await index.add([id], vector[None], PUBLIC)

    index.arriving = arriving
    await reconcile(library.database, library.writer, index, library.lexical)
    assert len(await index.ids(PUBLIC)) == 1
    await index.close()


async def test_a_rebuilt_index_holds_the_same_in_the_next_generation(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path) as site:
        knowledge = site.knowledge
        before = {audience: await knowledge.index.ids(audience) for audience in (PUBLIC, STAFF)}
        report = await rebuild(knowledge.database, knowledge.writer, knowledge.index, knowledge.lexical)
        assert report == {"chunks": sum(len(ids) for ids in before.values()), "generation": 1}
        assert {audience: await knowledge.index.ids(audience) for audience in (PUBLIC, STAFF)} == before
        found = await knowledge.search.search("shipping to Norway", audiences=frozenset({PUBLIC}))
        assert found.passages[0].title == "Shipping"
