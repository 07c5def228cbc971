"""A server of the gate's own: the whole application in a temporary folder, its documents indexed, nobody on duty."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from sqlalchemy import Connection, select
from starlette.applications import Starlette

from baton.assistant.judging import Judge
from baton.assistant.turns import open_provider
from baton.core.errors import BatonError
from baton.core.log import Author
from baton.core.settings import BusSettings, DatabaseSettings
from baton.core.transaction import CONVERSATIONS
from baton.knowledge.arrivals import Arrival
from baton.server.app import Application
from baton.server.config import Config
from baton.server.gate.rows import VisitorsPage
from baton.server.gate.staff_only import StaffOnly, pages_of
from baton.server.gate.visitor import Visitor, open_visitor
from baton.server.ground import Ground, open_ground
from baton.server.knowledge import Knowledge

FRAME_BYTES = 64 * 1024
READING_SECONDS = 600
PATIENT = {"offers_before_person": 1000, "turns_without_progress": 1000}
"""Settings under which refusals bring no person, so that somebody with bad intent can go on asking."""
_ANY_NUMBER = {"messages_burst": 1_000_000, "messages_per_second": 1_000_000.0}
Prepare = Callable[[Ground], None]


class Stage:
    """The running application, for visitors and for looking at what came of them."""

    def __init__(self, ground: Ground, knowledge: Knowledge, port: int) -> None:
        self.ground = ground
        self.knowledge = knowledge
        self._url = f"ws://127.0.0.1:{port}/ws/visitor"

    def visitor(self, locale: str = "en", page: VisitorsPage | None = None) -> AbstractAsyncContextManager[Visitor]:
        """A new visitor with a socket."""
        return open_visitor(self._url, self._settled, locale, page)

    async def add(self, arrivals: Iterable[Arrival]) -> None:
        """Take documents in and wait until they are indexed. Raises BatonError for one that can't be read."""
        async with asyncio.timeout(READING_SECONDS), self.ground.bus.subscribe("documents") as notices:
            async for _ in self.knowledge.documents.add(arrivals, Author.system()):
                pass
            while (counts := await self.knowledge.documents.counts())["queued"] or counts["reading"]:
                await anext(notices)
        if counts["failed"]:
            failed = [item for item in await self.knowledge.documents.list_all() if item["status"] == "failed"]
            raise BatonError(f"{failed[0]['source']} could not be indexed: {failed[0]['error']}")

    async def staff_only(self) -> StaffOnly:
        """What no visitor may ever see of the documents that are there now."""
        return StaffOnly(await self.ground.database.read(pages_of))

    @asynccontextmanager
    async def judge(self) -> AsyncIterator[Judge]:
        """Whoever judges turns here without saying anything."""
        settings = self.ground.config.assistant
        async with open_provider(settings, os.environ) as provider:
            yield await self.knowledge.open_judge(provider, settings, self.ground.config.widget.brand.name)

    async def _settled(self, conversation: str, seq: int) -> int | None:
        return await self.ground.database.read(lambda connection: _settled(connection, conversation, seq))


@asynccontextmanager
async def open_stage(config: Config, folder: Path, prepare: Prepare | None = None) -> AsyncIterator[Stage]:
    """Serve on a free loopback port from `folder`; `prepare` fills the database before anything is served."""
    with open_ground(embedded(config), folder, serving=True) as ground:
        if prepare:
            prepare(ground)
        knowledge = Knowledge(ground)
        async with _served(Application(ground, knowledge).asgi) as port:
            yield Stage(ground, knowledge, port)


def embedded(config: Config) -> Config:
    """The same settings on engines of the folder itself: nothing of the installation is read or written."""
    sections = {
        "database": DatabaseSettings(),
        "bus": BusSettings(),
        "knowledge": config.knowledge.model_copy(update={"index_url": None}),
        "widget": config.widget.model_copy(update=_ANY_NUMBER),
    }
    return config.model_copy(update=sections)


def patient(config: Config) -> Config:
    """The same settings, but an assistant that never tires of being asked."""
    return config.model_copy(update={"assistant": config.assistant.model_copy(update=PATIENT)})


def _settled(connection: Connection, conversation: str, seq: int) -> int | None:
    columns = (CONVERSATIONS.c.holder_kind, CONVERSATIONS.c.answered_seq, CONVERSATIONS.c.last_visible_seq)
    row = connection.execute(select(*columns).where(CONVERSATIONS.c.id == conversation)).one()
    return row.last_visible_seq if row.holder_kind != "assistant" or row.answered_seq >= seq else None


class _Server(uvicorn.Server):
    """Leaves signals to the command, which Ctrl+C ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _served(app: Starlette) -> AsyncIterator[int]:
    """The application on a free loopback port. Raises BatonError when it does not start."""
    settings = uvicorn.Config(app, port=0, log_level="error", ws_max_size=FRAME_BYTES, access_log=False)
    server = _Server(settings)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.wait([serving], timeout=0.01)
        if not server.started:
            raise BatonError("The server that the gate measures did not start.")
        try:
            yield server.servers[0].sockets[0].getsockname()[1]
        finally:
            server.should_exit = True
