"""The library as HTTP, the command line and the demonstration use it: add, remove, read again, keep in step."""

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial

from sqlalchemy import select

from baton.core.database import Database
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.knowledge import catalogue, library
from baton.knowledge.arrivals import PAGE, SITE, Arrival
from baton.knowledge.catalogue import Filter, Item
from baton.knowledge.encoding import index_vectors
from baton.knowledge.fetching import plain_address
from baton.knowledge.index import Index
from baton.knowledge.lexical import Lexical
from baton.knowledge.library import CHUNKS, Receipt
from baton.knowledge.minilm import DIMENSIONS
from baton.knowledge.settings import AudienceRule, KnowledgeSettings

_IN_ONE_TRANSACTION = 25
_VECTORS_AT_ONCE = 1000


class Documents:
    """Adds to and takes from the library. Nothing is read here: what is added is queued for an `Indexer`."""

    def __init__(
        self, database: Database, writer: Writer, settings: KnowledgeSettings, *, index: Index, lexical: Lexical
    ) -> None:
        self._database = database
        self._writer = writer
        self._rules = settings.audience_rules
        self._index = index
        self._lexical = lexical

    async def add(self, arrivals: Iterable[Arrival], author: Author) -> AsyncIterator[Receipt]:
        """Take arrivals in, a few in each transaction; a receipt for each, in order."""
        batch: list[Arrival] = []
        for arrival in arrivals:
            batch.append(arrival)
            if len(batch) == _IN_ONE_TRANSACTION:
                for receipt in await self._add_batch(batch, author):
                    yield receipt
                batch = []
        for receipt in await self._add_batch(batch, author):
            yield receipt

    async def add_address(self, url: str, author: Author, *, follow: bool = False) -> Receipt:
        """Queue an address: that page, or with `follow` the site it leads to. Raises CannotFetch for a bad one."""
        address = plain_address(url)
        return await self._writer.run(lambda tx: library.expect_page(tx, address, SITE if follow else PAGE, author))

    async def remove(self, id: str, author: Author) -> None:
        """Delete a document and all that was made of it. Raises NotFound."""
        gone = await self._writer.run(lambda tx: library.remove(tx, self._lexical, id, author))
        await self._index.remove(gone)

    async def read_again(self, ids: Sequence[str] | None = None) -> int:
        """Queue documents, or all of them, to be read again from their kept bytes; how many."""
        return await self._writer.run(lambda tx: library.read_again(tx, ids))

    async def apply_rules(self) -> int:
        """Mark documents by today's audience rules, before anything is served; how many chunks changed sides."""
        moved = await self._writer.run(lambda tx: library.apply_rules(tx, self._lexical, self._rules))
        for audience, ids in moved.items():
            await self._index.remove(ids)
            for start in range(0, len(ids), _VECTORS_AT_ONCE):
                await self._move_vectors(ids[start : start + _VECTORS_AT_ONCE], audience)
        return sum(len(ids) for ids in moved.values())

    async def browse(self, which: Filter, limit: int, after: str | None) -> tuple[list[Item], str | None]:
        """Documents, the newest first, and what to send as `after`."""
        return await self._database.read(lambda connection: catalogue.list_documents(connection, which, limit, after))

    async def list_all(self) -> list[Item]:
        """Every document, in the order in which they came."""
        return await self._database.read(catalogue.list_all)

    async def find(self, id: str) -> Item:
        """One document. Raises NotFound."""
        return await self._database.read(lambda connection: catalogue.find_document(connection, id))

    async def chunks(self, id: str, limit: int, after: int) -> tuple[list[Item], int | None]:
        """A document's published chunks. Raises NotFound."""
        return await self._database.read(lambda connection: catalogue.list_chunks(connection, id, limit, after))

    async def counts(self) -> dict[str, int]:
        """How many documents there are of each status."""
        return await self._database.read(catalogue.count_documents)

    async def _add_batch(self, batch: Sequence[Arrival], author: Author) -> list[Receipt]:
        return await self._writer.run(partial(_accept_all, tuple(batch), self._rules, author)) if batch else []

    async def _move_vectors(self, ids: Sequence[int], audience: str) -> None:
        query = select(CHUNKS.c.id, CHUNKS.c.vector).where(CHUNKS.c.id.in_(ids))
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        known = [row for row in rows if row.vector]
        if known:
            await self._index.add(
                [row.id for row in known], index_vectors([row.vector for row in known], DIMENSIONS), audience
            )


def _accept_all(
    batch: Sequence[Arrival], rules: Sequence[AudienceRule], author: Author, tx: Transaction
) -> list[Receipt]:
    return [library.accept(tx, arrival, rules, author) for arrival in batch]
