"""The index is a cache: whatever it lost, or kept too long, is put right from the chunk table."""

from pathlib import Path

from baton.knowledge.rebuilding import rebuild, reconcile
from baton.knowledge.records import PUBLIC, STAFF
from tests.journeys.site import open_site


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


async def test_a_rebuilt_index_holds_the_same_in_the_next_generation(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path) as site:
        knowledge = site.knowledge
        before = {audience: await knowledge.index.ids(audience) for audience in (PUBLIC, STAFF)}
        report = await rebuild(knowledge.database, knowledge.writer, knowledge.index, knowledge.lexical)
        assert report == {"chunks": sum(len(ids) for ids in before.values()), "generation": 1}
        assert {audience: await knowledge.index.ids(audience) for audience in (PUBLIC, STAFF)} == before
        found = await knowledge.search.search("shipping to Norway", audiences=frozenset({PUBLIC}))
        assert found.passages[0].title == "Shipping"
