"""The vector index: nearest first, an audience each, one owner, rebuilt beside and swapped."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from baton.knowledge.index import ChromaIndex, IndexInUse, open_folder, open_server

AXES = np.eye(384, dtype=np.float32)


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[ChromaIndex]:
    opened = open_folder(tmp_path / "index", 0)
    yield opened
    await opened.close()


async def test_the_nearest_come_first_with_their_cosine(index: ChromaIndex) -> None:
    between = (AXES[0] + AXES[1]) / np.sqrt(2)
    await index.add([1, 2, 3], np.stack([AXES[0], between, AXES[2]]), "public")

    ((first, second, third), (other, *_)) = await index.nearest(AXES[[0, 2]], "public", 3)

    assert (first[0], second[0], third[0], other[0]) == (1, 2, 3, 3)
    assert first[1] == pytest.approx(1, abs=1e-4) and second[1] == pytest.approx(2**-0.5, abs=1e-4)


async def test_an_audience_finds_only_its_own(index: ChromaIndex) -> None:
    await index.add([1], AXES[:1], "staff")

    assert await index.nearest(AXES[:1], "public", 5) == [[]]
    assert await index.ids("staff") == {1} and await index.ids("public") == set()


async def test_adding_again_replaces_and_removing_the_unknown_is_harmless(index: ChromaIndex) -> None:
    await index.add([1, 2], AXES[:2], "public")
    await index.add([1], AXES[5:6], "public")
    await index.remove([2, 99])
    await index.remove([])

    (((id, cosine),),) = await index.nearest(AXES[5:6], "public", 5)
    assert id == 1 and cosine == pytest.approx(1, abs=1e-4)


async def test_a_folder_has_one_owner_and_outlives_it(tmp_path: Path) -> None:
    first = open_folder(tmp_path / "index", 0)
    await first.add([1], AXES[:1], "public")

    with pytest.raises(IndexInUse, match="pid"):
        open_folder(tmp_path / "index", 0)
    await first.close()
    second = open_folder(tmp_path / "index", 0)
    assert await second.ids("public") == {1}
    await second.close()


async def test_a_rebuilt_generation_is_filled_beside_and_then_searched(index: ChromaIndex) -> None:
    await index.add([1], AXES[:1], "public")
    await index.add([2], AXES[:1], "public", generation=1)
    before = await index.nearest(AXES[:1], "public", 5)

    await index.use(1)

    assert [id for id, _ in before[0]] == [1]
    assert [id for id, _ in (await index.nearest(AXES[:1], "public", 5))[0]] == [2]


async def test_the_generation_before_stays_until_the_next_rebuild_for_whoever_still_searches_it(
    chroma_url: str,
) -> None:
    rebuilding, serving = open_server(chroma_url, 0), open_server(chroma_url, 0)
    await serving.add([1], AXES[:1], "public")
    await rebuilding.add([1], AXES[:1], "public", generation=1)

    await rebuilding.use(1)
    assert await serving.ids("public") == {1}

    await rebuilding.add([1], AXES[:1], "public", generation=2)
    await serving.use(1)
    await rebuilding.use(2)
    assert await serving.ids("public") == {1} and await rebuilding.ids("public") == {1}
    before = open_server(chroma_url, 0)
    assert await before.ids("public") == set()
    for index in (rebuilding, serving, before):
        await index.close()
