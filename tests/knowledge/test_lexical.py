"""The lexical tables on both engines: entries follow the chunk table, and the rarest words propose."""

from tests.knowledge.shelf import EVERYBODY, Shelf


def _ask(shelf: Shelf, *terms: str, audience: str = "public") -> list[int]:
    def propose(connection: object) -> list[int]:
        rarity = shelf.lexical.rarity(connection, terms, [audience])  # type: ignore[arg-type]
        return shelf.lexical.candidates(connection, terms, rarity, [audience], 10)  # type: ignore[arg-type]

    return shelf.database.read_sync(propose)


async def test_what_holds_more_and_rarer_words_comes_first(shelf: Shelf) -> None:
    (one,) = await shelf.put("one", "Shop", "a parcel")
    (two,) = await shelf.put("two", "Shop", "a parcel with a zebra")

    assert _ask(shelf, "parcel", "zebra") == [two, one]
    assert _ask(shelf, "giraffe") == [] and _ask(shelf) == []


async def test_a_new_word_is_found_at_once(shelf: Shelf) -> None:
    assert _ask(shelf, "zebra") == []
    (one,) = await shelf.put("one", "Shop", "a zebra")

    assert _ask(shelf, "zebra") == [one]


async def test_entries_follow_the_chunk_table(shelf: Shelf) -> None:
    ids = await shelf.put("one", "Shop", "a zebra")
    with shelf.database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE chunk SET audience = 'staff'")
        assert shelf.lexical.missing(connection) == ids
        shelf.lexical.refresh(connection, ids)
        assert shelf.lexical.missing(connection) == []
    assert _ask(shelf, "zebra") == [] and _ask(shelf, "zebra", audience="staff") == ids

    shelf.drop_rows("one")
    with shelf.database.writing.begin() as connection:
        shelf.lexical.refresh(connection, ids)
        assert shelf.lexical.missing(connection) == []
    assert _ask(shelf, "zebra", audience="staff") == []


async def test_a_rebuild_makes_the_same_entries(shelf: Shelf) -> None:
    ids = await shelf.put("one", "Shop", "a zebra", "a parcel")
    with shelf.database.writing.begin() as connection:
        shelf.lexical.rebuild(connection)
        shelf.lexical.create(connection)

    assert sorted(_ask(shelf, "zebra", "parcel")) == ids


async def test_names_of_titles_are_looked_for_apart(shelf: Shelf) -> None:
    (named,) = await shelf.put("one", "Zebra House: Is there parking?", "Yes.")
    await shelf.put("two", "Parking", "Not for a zebra.")

    def propose(connection: object) -> list[int]:
        terms = ["zebra", "park"]
        rarity = shelf.lexical.rarity(connection, terms, EVERYBODY, "name")  # type: ignore[arg-type]
        assert rarity.counts == {"zebra": 1, "park": 1}
        return shelf.lexical.candidates(connection, ["zebra"], rarity, EVERYBODY, 10, field="name")  # type: ignore[arg-type]

    assert shelf.database.read_sync(propose) == [named]
