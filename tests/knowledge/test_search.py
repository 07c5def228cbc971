"""Search on both engines: who may find what, and what a conversation changes."""

from pathlib import Path

from baton.core.database import open_database
from baton.knowledge.index import NoIndex
from baton.knowledge.settings import DocumentRule
from tests.knowledge.shelf import COLLEAGUES, Shelf, found, open_shelf

HOTELS = ("Acorn House", "Bedouin Inn", "Copper Kettle", "Gardenia Lodge", "Meghna Hotel", "Rice Boat", "Worth House")


async def _fill_hotels(shelf: Shelf) -> None:
    for name in HOTELS:
        key = name.split()[0].lower()
        await shelf.put(f"{key}-wifi", f"{name}: Is there WiFi?", "WiFi is free in every room.")
        await shelf.put(f"{key}-dogs", f"{name}: Can I bring my dog?", "Dogs are welcome on the ground floor.")


async def test_the_passage_that_answers_comes_first_with_its_sentences(shelf: Shelf) -> None:
    await shelf.put("returns", "Returns", "You have 30 days to send something back. Refunds take a week.")
    await shelf.put("shipping", "Shipping", "Parcels arrive within three days. We ship to France.")

    first, *_ = await shelf.ask("how long do I have to return an item?")

    assert first.document == "returns" and first.title == "Returns" and first.version == 1
    assert [sentence.text for sentence in first.sentences] == [
        "You have 30 days to send something back.",
        "Refunds take a week.",
    ]
    assert all(sentence.vector is not None and sentence.vector.shape == (384,) for sentence in first.sentences)
    assert 0 < first.score < 1 and first.dense_rank == 1


async def test_a_visitor_never_finds_what_is_for_staff(shelf: Shelf) -> None:
    await shelf.put("secret", "Internal: refund codes", "The refund override code is BLUEBIRD.", audience="staff")
    await shelf.put("public", "Refunds", "Refunds are paid within a week.")

    assert found(await shelf.ask("refund override code BLUEBIRD")) == ["public"]
    assert found(await shelf.ask("refund override code BLUEBIRD", audiences=COLLEAGUES))[0] == "secret"


async def test_a_specialist_finds_only_its_own_documents_and_never_what_is_for_staff(shelf: Shelf) -> None:
    for number in range(80):
        await shelf.put(f"noise-{number}", f"Refunds {number}", "A refund is paid within a week of the return.")
    await shelf.put("insurance", "Insurance: refunds", "An insured parcel is refunded by the carrier.")
    await shelf.put("codes", "Insurance: internal codes", "The refund override code is BLUEBIRD.", audience="staff")
    sources = (DocumentRule(title="insurance:*refund"), DocumentRule(title="internal codes"))

    assert found(await shelf.ask("how is a refund paid?", sources=sources)) == ["insurance"]
    assert found(await shelf.ask("refund override code BLUEBIRD", sources=sources)) == ["insurance"]
    assert "codes" in found(await shelf.ask("refund override code", sources=sources, audiences=COLLEAGUES))
    assert await shelf.ask("how is a refund paid?", sources=(DocumentRule(path="/nowhere/"),)) == ()


async def test_a_chunk_that_moved_to_staff_is_gone_for_visitors_before_the_indexes_know(shelf: Shelf) -> None:
    await shelf.put("codes", "Refund codes", "The refund override code is BLUEBIRD.")
    with shelf.database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE chunk SET audience = 'staff'")

    assert await shelf.ask("refund override code") == ()


async def test_a_new_version_counts_from_the_moment_it_is_published(shelf: Shelf) -> None:
    await shelf.put("returns", "Returns", "You have 30 days to send something back.")
    await shelf.put("returns", "Returns", "You have 60 days to send something back.", version=2, published=False)

    (before,) = await shelf.ask("days to send something back")
    shelf.publish("returns", 2)
    (after,) = await shelf.ask("days to send something back")

    assert "30 days" in before.text and "60 days" in after.text


async def test_what_the_indexes_still_hold_of_a_removed_document_finds_nothing(shelf: Shelf) -> None:
    await shelf.put("gone", "Gift cards", "Gift cards are valid for two years.")
    shelf.drop_rows("gone")

    assert await shelf.ask("how long are gift cards valid?") == ()


async def test_a_follow_up_is_looked_for_where_the_conversation_is(shelf: Shelf) -> None:
    await _fill_hotels(shelf)

    said = ("I want to stay at the Meghna Hotel.", "The Meghna Hotel has rooms from Friday.")
    assert found(await shelf.ask("Do they have internet?", *said))[0] == "meghna-wifi"
    assert found(await shelf.ask("and can my puppy come?", *said))[0] == "meghna-dogs"


async def test_the_latest_name_outweighs_an_earlier_one(shelf: Shelf) -> None:
    await _fill_hotels(shelf)

    said = ("Tell me about the Meghna Hotel.", "It is in the west.", "And Worth House?", "Worth House is in the north.")
    assert found(await shelf.ask("Do they have internet?", *said))[0] == "worth-wifi"


async def test_a_changed_topic_is_not_dragged_along(shelf: Shelf) -> None:
    await _fill_hotels(shelf)
    await shelf.put("parcel", "Tracking a parcel", "Follow your parcel with the number in our mail.")

    said = ("Does the Meghna Hotel have WiFi?", "Yes, WiFi is free at the Meghna Hotel.")
    assert found(await shelf.ask("where is my parcel?", *said))[0] == "parcel"
    assert found(await shelf.ask("Is there WiFi at Worth House?", *said))[0] == "worth-wifi"


async def test_a_long_brief_finds_the_pages_of_all_its_parts(shelf: Shelf) -> None:
    await _fill_hotels(shelf)
    await shelf.put("returns", "Returns", "You have 30 days to send something back.")
    await shelf.put("cards", "Closing a card", "A card is closed once its balance is paid.")
    brief = (
        "You are a patient customer who likes to talk at length about the weather before coming to the point. "
        "First you want to know until when a jacket that does not fit can be sent back to the shop. "
        "When that is settled, you ask about something else entirely, without any hurry at all. "
        "You have a credit card that you no longer need, and you would like to have it closed today. "
        "In the end you thank the agent and say goodbye in a friendly way."
    )

    assert {"returns", "cards"} <= set(found(await shelf.ask(brief, limit=4)))


async def test_the_same_passage_of_a_document_is_shown_once(shelf: Shelf) -> None:
    await shelf.put("twice", "Opening hours", "We are open from nine to five.", "We are open from nine to five.")

    assert len(await shelf.ask("when are you open?")) == 1


async def test_an_empty_knowledge_base_finds_nothing(shelf: Shelf) -> None:
    assert await shelf.ask("anything?") == ()


async def test_signs_and_quotes_are_only_words(shelf: Shelf) -> None:
    await shelf.put("returns", "Returns", "You have 30 days to send something back.")

    for query in ('"unclosed', "a' OR 1=1 --", "NEAR(x y) AND *", "name: \\ & | !", "", "   ", "?!", "💶", "\x00 days"):
        assert {passage.document for passage in await shelf.ask(query)} <= {"returns"}


async def test_without_a_model_words_alone_find_and_follow(tmp_path: Path) -> None:
    database = open_database("sqlite", tmp_path)
    shelf = open_shelf(database, NoIndex(), None)
    await _fill_hotels(shelf)

    result = await shelf.search.search("dog at the Rice Boat", audiences=frozenset({"public"}))
    assert result.query_vector is None
    assert result.passages[0].document == "rice-dogs" and result.passages[0].sentences[0].vector is None
    said = ("I want to stay at the Meghna Hotel.", "The Meghna Hotel has rooms from Friday.")
    assert found(await shelf.ask("is there wifi?", *said))[0] == "meghna-wifi"
    database.close()


async def test_each_step_tells_how_long_it_took(shelf: Shelf) -> None:
    result = await shelf.search.search("anything", audiences=frozenset({"public"}))

    assert {"embed", "propose", "read", "compare", "rank", "total"} == set(result.timings_ms)
