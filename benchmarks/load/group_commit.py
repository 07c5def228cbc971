"""The bare server that Baton stands beside: a message is echoed once it is committed, and nothing else is done.

SQLite with `synchronous=FULL`, one writer thread that takes whatever waits as one transaction: `DATABASE` names the
file. It keeps a message in one table with one index, knows no conversation, and checks nothing.
"""

import asyncio
import contextlib
import os
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

MOST_AT_ONCE = 1000
SWITCH_INTERVAL_SECONDS = 0.0005
TABLES = (
    "CREATE TABLE message (id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL, sender TEXT NOT NULL,"
    " body TEXT NOT NULL, created_at REAL NOT NULL)",
    "CREATE INDEX message_conversation ON message (conversation_id, id)",
)
INSERT = "INSERT INTO message (conversation_id, sender, body, created_at) VALUES (?, ?, ?, ?)"

Message = tuple[int, str, str, float]


class Store:
    """Groups messages into transactions in a thread of its own."""

    def __init__(self, file: str) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *TABLES):
            self._connection.execute(statement)
        self._waiting: queue.SimpleQueue[tuple[Message, asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._serve, daemon=True).start()

    def save(self, message: Message) -> "asyncio.Future[None]":
        """Done once the message is committed."""
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((message, future))
        return future

    def _serve(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < MOST_AT_ONCE:
                    batch.append(self._waiting.get_nowait())
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(INSERT, [message for message, _ in batch])
            self._connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_settle, [future for _, future in batch])


def _settle(futures: "list[asyncio.Future[None]]") -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


async def _converse(websocket: WebSocket) -> None:
    await websocket.accept()
    store: Store = websocket.app.state.store
    conversation = int(websocket.path_params["conversation"])
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            text = await websocket.receive_text()
            await store.save((conversation, "visitor", text, time.time()))
            await websocket.send_text(text)


@contextlib.asynccontextmanager
async def _lifespan(application: Starlette) -> AsyncIterator[None]:
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    application.state.store = Store(os.environ["DATABASE"])
    yield


app = Starlette(routes=[WebSocketRoute("/ws/{conversation}", _converse)], lifespan=_lifespan)
