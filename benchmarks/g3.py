"""G3: a whole turn of one visitor, beside its parts measured in the same run.

`python -m benchmarks.g3`. The whole is from sending a message to the assistant's answer, on the demonstration's
articles, extractive. The parts are what no design can leave out, timed right after each turn with that turn's own
question: receiving (an echo through a bare Starlette socket), two commits (SQLite, synchronous=FULL, in a thread),
every text that the turn had embedded, and the searches it made, their embedding left out. Client, server and parts
share one process and one loop, so that each is slowed by the same neighbours.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from baton.core.log import Author
from baton.knowledge.embedding import Embedding
from baton.knowledge.search import Search, SearchResult, Utterance
from baton.knowledge.vectors import Vectors
from baton.server.app import Application
from baton.server.config import load_config
from baton.server.demo.articles import arrivals
from baton.server.demo.samples import CONFIG
from baton.server.ground import open_ground
from baton.server.knowledge import Knowledge
from benchmarks.load.report import Goal, tell
from benchmarks.load.servers import machine

COUNTRIES = ("Belgium", "Germany", "France", "Austria", "Poland", "Italy", "Spain", "Portugal", "Sweden", "Ireland")
THINGS = (
    "the pan", "the kettle", "the pot", "a knife", "the oak board", "the apron", "the sharpening steel",
    "a spare lid", "the oven glove", "the bread knife",
)  # fmt: skip
ASKED = (
    "How much is shipping to {country}?",
    "How many days does a parcel to {country} take?",
    "How long is the warranty on {thing}?",
    "May {thing} go in the dishwasher?",
    "How long do I have to send {thing} back?",
)
QUESTIONS = [
    form.format(country=country, thing=thing)
    for form in ASKED
    for country, thing in zip(COUNTRIES, THINGS, strict=True)
]
"""Each is asked once in a run, so that no embedding comes from the cache."""
ANSWER_SECONDS = 30.0
WARM_UP = 5


@dataclass(slots=True)
class Witness:
    """Notes what a turn had embedded and searched, and by whom, so that it can be done again alone."""

    embedded: list[str] = field(default_factory=list)
    searched: list[tuple[str, tuple[Utterance, ...], frozenset[str], int]] = field(default_factory=list)
    embedding: Embedding | None = None
    search: Search | None = None

    def clear(self) -> None:
        self.embedded.clear()
        self.searched.clear()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Stand in the door of every embedding and search of this process."""
        embed, find, witness = Embedding.embed_queries, Search.search, self

        async def embed_queries(self: Embedding, texts: Sequence[str]) -> Vectors:
            witness.embedding = self
            witness.embedded += texts
            return await embed(self, texts)

        async def search(
            self: Search, query: str, history: Sequence[Utterance] = (), *, audiences: frozenset[str], limit: int = 8
        ) -> SearchResult:
            witness.search = self
            witness.searched.append((query, tuple(history), audiences, limit))
            return await find(self, query, history, audiences=audiences, limit=limit)

        with patch.object(Embedding, "embed_queries", embed_queries), patch.object(Search, "search", search):
            yield


@dataclass(frozen=True, slots=True)
class Sample:
    """One turn and its parts, in milliseconds."""

    whole: float
    receive: float
    commits: float
    embed: float
    search: float
    texts: int

    @property
    def parts(self) -> float:
        return self.receive + self.commits + self.embed + self.search


class Bare:
    """The parts alone: an echo, a commit, and the turn's own embeddings and searches once more."""

    def __init__(self, echo: ClientConnection, database: sqlite3.Connection, witness: Witness) -> None:
        self._echo = echo
        self._database = database
        self._witness = witness

    async def receive(self, text: str) -> None:
        await self._echo.send(text)
        await self._echo.recv()

    async def commit_twice(self) -> None:
        for _ in range(2):
            await asyncio.get_running_loop().run_in_executor(None, self._commit)

    async def embed(self) -> None:
        embedding, texts = self._witness.embedding, list(dict.fromkeys(self._witness.embedded))
        assert embedding is not None
        for text in texts:
            await asyncio.get_running_loop().run_in_executor(None, embedding.embed_sync, [text])

    async def search(self) -> None:
        """Their embeddings come from the cache now."""
        search = self._witness.search
        assert search is not None
        for query, history, audiences, limit in list(self._witness.searched):
            await search.search(query, history, audiences=audiences, limit=limit)

    def _commit(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("INSERT INTO message (body) VALUES (?)", ("x" * 600,))
        self._database.execute("COMMIT")


async def run(turns: int, folder: Path) -> list[Sample]:
    """So many turns of one visitor, each with its parts right after it."""
    witness = Witness()
    async with AsyncExitStack() as stack:
        stack.enter_context(witness.watching())
        visitor = await stack.enter_async_context(_open_site(folder))
        echo = await stack.enter_async_context(_open_echo())
        bare = Bare(echo, stack.enter_context(closing(_open_database(folder / "bare.db"))), witness)
        return [await _sample(visitor, bare, witness, question) for question in QUESTIONS[:turns]]


async def _sample(visitor: ClientConnection, bare: Bare, witness: Witness, question: str) -> Sample:
    await _send(visitor, {"type": "conversation.new", "client_id": str(uuid.uuid4())})
    await _wait_for(visitor, lambda frame: frame["type"] == "welcome")
    await _wait_for(visitor, lambda frame: frame["type"] == "state")
    witness.clear()
    whole = await _timed(_take_turn(visitor, question))
    texts = len(set(witness.embedded))
    receive, commits = await _timed(bare.receive(question)), await _timed(bare.commit_twice())
    embed = await _timed(bare.embed())
    return Sample(whole, receive, commits, embed, await _timed(bare.search()), texts)


async def _take_turn(visitor: ClientConnection, question: str) -> None:
    await _send(visitor, {"type": "message.send", "client_id": str(uuid.uuid4()), "text": question})
    await _wait_for(visitor, lambda frame: frame["type"] == "event" and frame["author"]["kind"] == "assistant")


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def _open_site(folder: Path) -> AsyncIterator[ClientConnection]:
    """The application over the demonstration's articles, and a visitor who has said hello."""
    with open_ground(load_config(CONFIG), folder / "data", serving=True) as ground:
        knowledge = Knowledge(ground)
        application = Application(ground, knowledge)
        async with _serve(application.asgi) as port:
            for arrival in arrivals("http://127.0.0.1"):
                async for _ in knowledge.documents.add([arrival], Author.system()):
                    pass
            await _all_indexed(knowledge)
            async with _connected(f"ws://127.0.0.1:{port}/ws/visitor") as socket:
                await _send(socket, {"type": "hello", "token": None, "conversation": None, "after": 0, "locale": "en"})
                await _wait_for(socket, lambda frame: frame["type"] == "state")
                yield socket


async def _all_indexed(knowledge: Knowledge) -> None:
    async with asyncio.timeout(120):
        while (await knowledge.documents.counts()).get("queued", 0):  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _open_echo() -> AsyncIterator[ClientConnection]:
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        with suppress(WebSocketDisconnect):
            while True:
                await websocket.send_text(await websocket.receive_text())

    app = Starlette(routes=[WebSocketRoute("/", echo)])
    async with _serve(app) as port, _connected(f"ws://127.0.0.1:{port}/") as socket:
        yield socket


def _open_database(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
        database.execute(statement)
    database.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return database


@asynccontextmanager
async def _serve(app: Starlette) -> AsyncIterator[int]:
    config = uvicorn.Config(app, port=0, log_level="warning", access_log=False, ws_per_message_deflate=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(60):
        while not server.started:
            await asyncio.wait([serving], timeout=0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


def _connected(url: str) -> connect:
    return connect(url, subprotocols=[Subprotocol("baton.v1")], proxy=None, compression=None)


async def _send(socket: ClientConnection, frame: dict[str, Any]) -> None:
    await socket.send(json.dumps(frame))


async def _wait_for(socket: ClientConnection, is_it: Callable[[dict[str, Any]], bool]) -> None:
    async with asyncio.timeout(ANSWER_SECONDS):
        while not is_it(json.loads(await socket.recv())):
            pass


def summary(samples: Sequence[Sample]) -> dict[str, float]:
    """The median of the whole, of each part and of their sum, in milliseconds."""
    names = ("whole", "receive", "commits", "embed", "search", "parts")
    medians = {name: round(statistics.median(getattr(one, name) for one in samples), 3) for name in names}
    return medians | {"texts embedded": statistics.median(one.texts for one in samples), "turns": len(samples)}


def steps(folder: Path) -> dict[str, float]:
    """The median of each step that the turns recorded of themselves, in milliseconds."""
    with closing(sqlite3.connect(folder / "data" / "baton.db")) as database:
        rows = [json.loads(row[0]) for row in database.execute("SELECT timings FROM turn WHERE state = 'done'")]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: round(statistics.median(row[name] for row in rows if name in row), 3) for name in names}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=len(QUESTIONS), choices=range(10, len(QUESTIONS) + 1))
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    details: dict[str, Any] = {"machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        samples = uvloop.run(run(options.turns, Path(folder)))[WARM_UP:]
        recorded = steps(Path(folder))
    found = summary(samples)
    ratio = statistics.median(one.whole / one.parts for one in samples)
    goal = Goal("G3", "a whole turn beside its parts, median of ratios", round(ratio, 3), "most", 1.3, 1.15)
    details |= {"steps_ms": recorded, "samples": [asdict(one) for one in samples]}
    if not options.json:
        print("Steps as the turns recorded them, in ms:", recorded)
    tell([goal], details, [found], options.json)


if __name__ == "__main__":
    main()
