"""The knowledge base of one process: model, index, words, search and the library, opened together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from starlette.routing import BaseRoute

from baton.assistant.calibrated import calibrated
from baton.assistant.judging import Judge
from baton.assistant.providers.protocol import Provider
from baton.assistant.settings import AssistantSettings
from baton.assistant.tasks import open_tasks
from baton.core.database import Database
from baton.core.guards import Guards
from baton.core.writer import Writer
from baton.knowledge import routes
from baton.knowledge.documents import Documents
from baton.knowledge.embedding import open_embedding
from baton.knowledge.index import Index, NoIndex, open_folder, open_server
from baton.knowledge.indexing import Indexer
from baton.knowledge.lexical import Lexical
from baton.knowledge.pages import pages
from baton.knowledge.rebuilding import follow, generation_of, reconcile
from baton.knowledge.records import PUBLIC
from baton.knowledge.search import Search
from baton.server.ground import Ground
from baton.server.owner import find_owner
from baton.server.remote_index import RemoteIndex

INDEX_FOLDER = "index"
T = TypeVar("T")


class Knowledge:
    """`serving` opens the index itself; a command on a folder that is being served asks its owner instead."""

    def __init__(self, ground: Ground, *, serving: bool = True) -> None:
        self._ground = ground
        self._settings = ground.config.knowledge
        self._embedding = open_embedding(ground.data)
        self.lexical = Lexical(ground.database.dialect)
        self.index = self._open_index(serving)
        self.search = Search(ground.database, self.lexical, self.index, self._embedding)
        self.documents = Documents(
            ground.database, ground.writer, self._settings, index=self.index, lexical=self.lexical
        )

    @property
    def database(self) -> Database:
        return self._ground.database

    @property
    def writer(self) -> Writer:
        return self._ground.writer

    def now(self) -> datetime:
        return self._ground.clock.now()

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` in one snapshot."""
        return await self._ground.database.read(query)

    def indexer(self) -> Indexer:
        """A worker for the queue of documents."""
        return Indexer(
            self._ground.database,
            self._ground.writer,
            self._settings,
            embedding=self._embedding,
            index=self.index,
            lexical=self.lexical,
        )

    @asynccontextmanager
    async def open(self, *, as_it_is: bool = False) -> AsyncIterator[None]:
        """Make what is missing and apply the audience rules before anything is served; at the end let go.

        `as_it_is` changes nothing, for who tries settings that are not this installation's.
        """
        if not as_it_is:
            await self._prepare()
        if self._embedding is not None:
            await self._embedding.embed_queries(["hello"])
        try:
            yield
        finally:
            await self.index.close()
            if self._embedding is not None:
                self._embedding.close()

    async def _prepare(self) -> None:
        await self._ground.writer.run(lambda tx: self.lexical.create(tx.connection))
        await self.documents.apply_rules()
        if not isinstance(self.index, NoIndex | RemoteIndex):
            await reconcile(self.database, self.writer, self.index, self.lexical)

    async def run(self) -> None:
        """Index what is queued, until cancelled."""
        await self.indexer().run(self._ground.bus)

    async def follow(self) -> None:
        """Search the generation of the index that is current, also when another process rebuilt it; until cancelled."""
        await follow(self.database, self.writer, self.index, self.lexical, self._ground.bus)

    async def check(self) -> None:
        """Raises when the index does not answer."""
        await self.index.ids(PUBLIC)

    async def open_judge(self, provider: Provider, settings: AssistantSettings, brand: str) -> Judge:
        """Whoever judges turns over this knowledge."""
        examples = {name: policy.examples for name, policy in settings.tasks.items()}
        tasks = await open_tasks(self._embedding, examples, settings.task_miss_rate)
        own = await self.read(lambda connection: calibrated(connection, settings))
        return Judge(self.search, provider, tasks, own.settings, brand, own.head)

    def routes(self, guards: Guards) -> list[BaseRoute]:
        """The library's HTTP and the content owner's page."""
        return [
            *routes.routes(self.documents, self.search, guards, self._settings),
            *pages(guards, self._settings),
        ]

    def _open_index(self, serving: bool) -> Index:
        if self._embedding is None:
            return NoIndex()
        generation = self._ground.database.read_sync(generation_of)
        if self._settings.index_url:
            return open_server(self._settings.index_url, generation)
        owner = None if serving else find_owner(self._ground.data)
        return RemoteIndex(owner) if owner else open_folder(self._ground.data / INDEX_FOLDER, generation)
