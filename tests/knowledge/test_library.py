"""The library: what is the same document, which version is searched, who may see it, what survives."""

import asyncio
import json
from functools import partial

import pytest

from baton.core.errors import NotFound
from baton.core.transaction import Transaction
from baton.knowledge import publishing
from baton.knowledge.catalogue import Filter
from baton.knowledge.documents import Documents
from baton.knowledge.settings import AudienceRule, KnowledgeSettings
from tests.knowledge.world import OWNER, World

RETURNS = "# Returns\n\n## How long it takes\n\nA refund takes five days.\n"
CHANGED = "# Returns\n\n## How long it takes\n\nA refund takes nine days.\n"


async def test_file_becomes_an_indexed_document_whose_chunks_know_their_place(library_on_each_engine: World) -> None:
    world = library_on_each_engine
    document = await world.learn("returns.md", RETURNS)
    assert (document["status"], document["title"], document["chunks"], document["version"]) == (
        "indexed",
        "Returns",
        1,
        1,
    )
    chunks, _ = await world.documents.chunks(document["id"], 10, -1)
    assert chunks[0]["place"] == "Returns › How long it takes"
    assert chunks[0]["text"] == "A refund takes five days."
    assert world.logged() == ["document.added", "document.published"]


async def test_same_bytes_twice_are_one_document(library_on_each_engine: World) -> None:
    world = library_on_each_engine
    first = await world.learn("returns.md", RETURNS)
    again = await world.upload("returns.md", RETURNS)
    elsewhere = await world.upload("copy of returns.md", RETURNS)
    assert [again[0].id, elsewhere[0].id] == [first["id"], first["id"]]
    assert [again[0].outcome, elsewhere[0].outcome] == ["unchanged", "same"]
    assert len(await world.documents.list_all()) == 1


async def test_changed_file_is_a_new_version_and_the_old_text_is_gone_in_the_same_moment(
    library_on_each_engine: World,
) -> None:
    world = library_on_each_engine
    document = await world.learn("returns.md", RETURNS)
    receipts = await world.upload("returns.md", CHANGED)
    assert (receipts[0].id, receipts[0].outcome) == (document["id"], "changed")
    assert "five days" in world.texts()[0], "the old version is searched until the new one is published"
    await world.index_all()
    assert "nine days" in "".join(world.texts())
    assert "five days" not in "".join(world.texts())
    assert (await world.documents.find(document["id"]))["version"] == 2
    assert len(world.chunk_ids(document["id"])) == len(world.texts(document["id"]))


async def test_unreadable_new_version_leaves_the_old_one_published(library: World) -> None:
    document = await library.learn("returns.md", RETURNS)
    await library.upload("returns.md", "   \n")
    await library.index_all()
    now = await library.documents.find(document["id"])
    assert (now["status"], now["version"]) == ("failed", 1)
    assert "five days" in library.texts()[0]


async def test_rows_of_a_json_lines_file_are_documents_of_their_own(library_on_each_engine: World) -> None:
    world = library_on_each_engine
    rows = [
        {"id": "faq-1", "title": "Parking?", "text": "Yes, it is free."},
        {"id": "faq-2", "title": "Parking?", "text": "Yes, it is free."},
    ]
    await world.upload("faq.jsonl", "\n".join(json.dumps(row) for row in rows))
    await world.index_all()
    documents = await world.documents.list_all()
    assert [document["external_id"] for document in documents] == ["faq-1", "faq-2"]
    assert world.texts() == ["Yes, it is free.", "Yes, it is free."]


async def test_row_with_a_known_id_and_other_text_is_a_new_version(library: World) -> None:
    await library.learn("faq.jsonl", json.dumps({"id": "faq-1", "title": "Parking?", "text": "Free."}))
    document = await library.learn(
        "other.jsonl", json.dumps({"id": "faq-1", "title": "Parking?", "text": "Five a day."})
    )
    assert (document["external_id"], document["version"]) == ("faq-1", 2)
    assert library.texts() == ["Five a day."]


async def test_bad_line_of_a_json_lines_file_fails_alone_and_is_named(library: World) -> None:
    lines = ['{"id": "a", "title": "A", "text": "Good."}', "not json", '{"id": "b", "title": "B"}']
    await library.upload("faq.jsonl", "\n".join(lines))
    await library.index_all()
    documents = await library.documents.list_all()
    assert [document["status"] for document in documents] == ["indexed", "failed", "failed"]
    assert documents[1]["error"].startswith("Line 2 isn't JSON")
    assert documents[2]["error"].startswith('Line 3 has no "text"')


async def test_removed_document_leaves_nothing_behind(library_on_each_engine: World) -> None:
    world = library_on_each_engine
    document = await world.learn("returns.md", RETURNS)
    await world.documents.remove(document["id"], OWNER)
    assert world.texts() == []
    assert world.chunk_ids(document["id"]) == set()
    assert world.database.read_sync(world.lexical.missing) == []
    with pytest.raises(NotFound):
        await world.documents.find(document["id"])
    assert world.logged()[-1] == "document.removed"


async def test_removing_what_is_not_there_says_so(library: World) -> None:
    with pytest.raises(NotFound, match="doc_none"):
        await library.documents.remove("doc_none", OWNER)


async def test_title_and_path_decide_who_may_see_a_document(library: World) -> None:
    public = await library.learn("returns.md", RETURNS)
    by_title = await library.learn("a.md", "# internal: Refund limits\n\nUp to 500.")
    by_path = await library.learn("staff-only/limits.md", "# Limits\n\nUp to 900.")
    assert [item["audience"] for item in (public, by_title, by_path)] == ["public", "staff", "staff"]


async def test_changed_rules_hold_as_soon_as_they_are_applied(library_on_each_engine: World) -> None:
    world = library_on_each_engine
    assert await world.documents.apply_rules() == 0
    document = await world.learn("returns.md", RETURNS)
    settings = KnowledgeSettings(audience_rules=[AudienceRule(title="return*")])
    stricter = Documents(world.database, world.writer, settings, index=world.index, lexical=world.lexical)
    assert await stricter.apply_rules() == 1
    assert await stricter.apply_rules() == 0
    assert (await stricter.find(document["id"]))["audience"] == "staff"
    assert world.database.read_sync(world.lexical.missing) == []


async def test_document_whose_worker_was_killed_is_taken_up_by_another(library_on_each_engine: World) -> None:
    world = library_on_each_engine
    receipts = await world.upload("returns.md", RETURNS)
    killed = await world.writer.run(lambda tx: publishing.claim(tx, "killed", 5))
    assert [work.id for work in killed] == [receipts[0].id]
    assert await world.indexer.index_due() == 0, "the lease still runs"
    world.clock.advance(publishing.LEASE_SECONDS + 1)
    await world.index_all()
    assert (await world.documents.find(receipts[0].id))["status"] == "indexed"


async def test_worker_that_lost_its_lease_publishes_nothing(library: World) -> None:
    receipts = await library.upload("returns.md", RETURNS)
    slow = (await library.writer.run(lambda tx: publishing.claim(tx, "slow", 5)))[0]
    library.clock.advance(publishing.LEASE_SECONDS + 1)
    await library.index_all()
    stored = await library.writer.run(lambda tx: publishing.store(tx, library.lexical, slow, "public", []))
    published = await library.writer.run(
        lambda tx: publishing.publish(tx, library.lexical, slow, "Stolen", "public", 0, None)
    )
    assert (stored, published) == ([], False)
    assert (await library.documents.find(receipts[0].id))["title"] == "Returns"


async def test_file_that_arrives_while_its_older_version_is_read_wins(library: World) -> None:
    await library.upload("returns.md", RETURNS)
    old = (await library.writer.run(lambda tx: publishing.claim(tx, "slow", 5)))[0]
    await library.upload("returns.md", CHANGED)
    assert not await library.writer.run(lambda tx: publishing.keep_claim(tx, old))
    await library.index_all()
    assert "nine days" in "".join(library.texts())


async def test_trouble_of_our_own_is_tried_again_and_then_fails(library: World) -> None:
    receipts = await library.upload("returns.md", RETURNS)
    for _ in range(publishing.MOST_ATTEMPTS):
        work = (await library.writer.run(lambda tx: publishing.claim(tx, "unlucky", 5)))[0]
        await library.writer.run(partial(_put_back, work))
        library.clock.advance(publishing.RETRY_SECONDS + 1)
    document = await library.documents.find(receipts[0].id)
    assert (document["status"], document["chunks"]) == ("failed", 0)


async def test_background_loop_indexes_what_is_added_while_it_runs(library: World) -> None:
    worker = library.another_indexer()
    async with asyncio.timeout(20), library.bus.subscribe("documents") as notices, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run(library.bus))
        receipts = await library.upload("returns.md", RETURNS)
        async for notice in notices:
            if notice.payload["status"] == "indexed":
                assert notice.payload["ids"] == [receipts[0].id]
                break
        running.cancel()


async def test_documents_can_all_be_read_again_from_their_kept_bytes(library: World) -> None:
    document = await library.learn("returns.md", RETURNS)
    assert await library.documents.read_again() == 1
    await library.index_all()
    now = await library.documents.find(document["id"])
    assert (now["status"], now["version"]) == ("indexed", 2)


def _put_back(work: publishing.Claimed, tx: Transaction) -> None:
    publishing.put_back(tx, work)


async def test_list_is_filtered_and_comes_in_pages(library: World) -> None:
    for number in range(5):
        await library.upload(f"page-{number}.md", f"# Page {number}\n\nText {number}.")
    await library.upload("scan.png", b"\x89PNG")
    first, after = await library.documents.browse(Filter(text="PAGE"), 3, None)
    rest, end = await library.documents.browse(Filter(text="PAGE"), 3, after)
    assert [len(first), len(rest), end] == [3, 2, None]
    failed, _ = await library.documents.browse(Filter(status="failed"), 10, None)
    assert [item["source"] for item in failed] == ["scan.png"]
    assert (await library.documents.counts())["queued"] == 5
