"""Works off queued documents in the background: read, divide, embed, store, publish."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from baton.core.bus import Bus
from baton.core.database import Database
from baton.core.ids import new_id
from baton.core.log import Author
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.knowledge import library, publishing
from baton.knowledge.arrivals import PAGE, SITE, Arrival
from baton.knowledge.audiences import audience_of
from baton.knowledge.chunking import Piece, divide
from baton.knowledge.crawling import Crawler
from baton.knowledge.embedding import Embedding
from baton.knowledge.encoding import encode, index_vectors
from baton.knowledge.index import Index
from baton.knowledge.lexical import Lexical
from baton.knowledge.publishing import Claimed, NewChunk
from baton.knowledge.reading.blocks import Reading, Unreadable
from baton.knowledge.reading.reader import Reader
from baton.knowledge.settings import KnowledgeSettings
from baton.knowledge.tokens import token_counter

AT_ONCE = 2
LOOK_AGAIN_SECONDS = 2.0
_CHUNKS_BETWEEN_RENEWALS = 64
_NOTHING_TO_SEARCH = "There is no text in that file, so there is nothing to search. Check that it is the right one."

log = logging.getLogger(__name__)


class Indexer:
    """One worker. Several, in this process or others, share the queue and never take the same document."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        settings: KnowledgeSettings,
        *,
        embedding: Embedding | None,
        index: Index,
        lexical: Lexical,
    ) -> None:
        self._database = database
        self._writer = writer
        self._rules = settings.audience_rules
        self._embedding = embedding
        self._index = index
        self._lexical = lexical
        self._crawler = Crawler(settings.crawl)
        self._reader = Reader(settings.limits)
        self._count: Callable[[str], int] | None = None
        self._name = f"{socket.gethostname()}:{os.getpid()}:{new_id('wrk')}"

    async def run(self, bus: Bus) -> None:
        """Index what is due, then wait for a notice or a moment, for ever."""
        try:
            async with bus.subscribe(library.TOPIC) as notices:
                while True:
                    if await self.index_due() == 0:
                        with suppress(TimeoutError):
                            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                                await anext(notices)
        finally:
            await self.close()

    async def index_due(self) -> int:
        """One round: claim a few documents and index them; how many there were."""
        claimed = await self._writer.run(lambda tx: publishing.claim(tx, self._name, AT_ONCE))
        async with asyncio.TaskGroup() as tasks:
            for work in claimed:
                tasks.create_task(self._index_or_put_back(work))
        return len(claimed)

    async def close(self) -> None:
        """End the reading process and the connections."""
        await self._reader.close()
        await self._crawler.close()

    async def _index_or_put_back(self, work: Claimed) -> None:
        try:
            await self._index_document(work)
        except Exception:
            log.exception("Indexing %s (%s) failed.", work.id, work.source)
            await self._writer.run(lambda tx: publishing.put_back(tx, work))

    async def _index_document(self, claimed: Claimed) -> None:
        work = await self._fetched(claimed) if claimed.kind in (PAGE, SITE) else claimed
        if work is None:
            return None
        result = await self._read(work)
        if isinstance(result, Unreadable):
            return await self._fail(work, result.sentence)
        pieces = await asyncio.to_thread(self._divide, result)
        if not pieces:
            return await self._fail(work, _NOTHING_TO_SEARCH)
        chunks = await self._embed(work, pieces)
        if chunks is not None:
            await self._publish(work, result, chunks)

    async def _publish(self, work: Claimed, reading: Reading, chunks: Sequence[NewChunk]) -> None:
        audience = audience_of(reading.title, work.source, self._rules)
        ids = await self._writer.run(lambda tx: publishing.store(tx, self._lexical, work, audience, chunks))
        if ids:
            await self._add_vectors(ids, chunks, audience)
            done = (work, reading.title, audience, len(ids), reading.note)
            await self._writer.run(lambda tx: publishing.publish(tx, self._lexical, *done))

    async def _read(self, work: Claimed) -> Reading | Unreadable:
        content = await self._database.read(lambda connection: publishing.content_of(connection, work))
        return await self._reader.read(content or b"", work.kind, work.title)

    async def _fetched(self, work: Claimed) -> Claimed | None:
        """The claimed page with its bytes; the other pages of a site are taken in on the way."""
        if work.kind == PAGE:
            arrival = await self._crawler.page(work.source)
            return await self._writer.run(lambda tx: publishing.deliver(tx, work, arrival))
        own: Arrival | None = None
        async for arrival in self._crawler.site(work.source):
            if arrival.identity == f"url:{work.source}":
                own = arrival
            elif not await self._writer.run(partial(self._take_in, work, arrival)):
                return None
        if own is None:
            await self._writer.run(lambda tx: library.remove(tx, self._lexical, work.id, Author.system()))
            return None
        found = own
        return await self._writer.run(lambda tx: publishing.deliver(tx, work, found))

    def _take_in(self, work: Claimed, arrival: Arrival, tx: Transaction) -> bool:
        if not publishing.keep_claim(tx, work):
            return False
        library.accept(tx, arrival, self._rules, Author.system())
        return True

    async def _fail(self, work: Claimed, sentence: str) -> None:
        await self._writer.run(lambda tx: publishing.fail(tx, work, sentence))

    def _divide(self, reading: Reading) -> list[Piece]:
        if self._count is None:
            self._count = token_counter()
        return divide(reading, self._count)

    async def _embed(self, work: Claimed, pieces: Sequence[Piece]) -> list[NewChunk] | None:
        """Chunks with their vectors; None when the document was removed or renewed meanwhile."""
        chunks: list[NewChunk] = []
        for start in range(0, len(pieces), _CHUNKS_BETWEEN_RENEWALS):
            some = pieces[start : start + _CHUNKS_BETWEEN_RENEWALS]
            if not await self._writer.run(lambda tx: publishing.keep_claim(tx, work)):
                return None
            encoded = await encode(self._embedding, [(piece.place, piece.text) for piece in some])
            chunks += [NewChunk(*pair) for pair in zip(some, encoded, strict=True)]
        return chunks

    async def _add_vectors(self, ids: Sequence[int], chunks: Sequence[NewChunk], audience: str) -> None:
        if self._embedding is not None and ids:
            vectors = index_vectors([chunk.encoded.vector for chunk in chunks], self._embedding.dimensions)
            await self._index.add(ids, vectors, audience)
