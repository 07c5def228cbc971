"""Several frames that are ready at once leave in one write, in order, and a plain server gets them one by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_server
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect

from baton.core import sending
from baton.core.sending import MOST_TOGETHER, Outbox
from baton.server.sockets import FramesTogether


class Counted(FramesTogether):
    """Counts the writes after the handshake."""

    writes: int

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        counted, write = self, transport.write

        class Transport:
            def __getattr__(self, name: str) -> Any:
                return getattr(transport, name)

            def write(self, data: bytes) -> None:
                type(counted).writes += 1
                write(data)

        self.transport = Transport()  # type: ignore[assignment]


async def _say_many(websocket: WebSocket) -> None:
    await websocket.accept()
    outbox = Outbox(websocket)
    count = int(await websocket.receive_text())
    for number in range(count):
        await outbox.put(f"frame {number} ü".encode())
    await outbox.flush()
    await outbox.flush()
    await websocket.close()


@asynccontextmanager
async def _served(endpoint: Any, protocol: Any) -> AsyncIterator[ClientConnection]:
    app = Starlette(routes=[WebSocketRoute("/", endpoint)])
    config = uvicorn.Config(app, log_level="critical", ws=protocol, ws_per_message_deflate=False)
    server = uvicorn.Server(config)
    listener = create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets=[listener]))
        async with connect(f"ws://127.0.0.1:{port}/", proxy=None, compression=None) as socket:
            yield socket
        server.should_exit = True


@pytest.mark.parametrize(("count", "writes"), [(1, 1), (3, 1), (MOST_TOGETHER + 1, 2)])
async def test_what_is_ready_at_once_leaves_in_one_write(count: int, writes: int) -> None:
    Counted.writes = 0
    async with _served(_say_many, Counted) as socket:
        await socket.send(str(count))
        frames = [frame async for frame in socket]
    assert frames == [f"frame {number} ü" for number in range(count)]
    handshake_and_close = 2
    assert Counted.writes == writes + handshake_and_close


async def test_a_server_without_the_extension_gets_them_one_by_one() -> None:
    async with _served(_say_many, "websockets-sansio") as socket:
        await socket.send("3")
        assert [frame async for frame in socket] == [f"frame {number} ü" for number in range(3)]


async def test_a_client_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline is set short; what is sent is more than any buffer on the way takes."""
    monkeypatch.setattr(sending, "SEND_SECONDS", 0.05)
    gave_up = asyncio.Event()
    async with _served(_flood(TimeoutError, gave_up), FramesTogether) as socket:
        async with asyncio.timeout(20):
            await gave_up.wait()
        socket.transport.abort()


async def test_a_client_that_left_ends_the_sending() -> None:
    ended = asyncio.Event()
    async with _served(_flood(WebSocketDisconnect, ended), FramesTogether) as socket:
        socket.transport.abort()
        async with asyncio.timeout(20):
            await ended.wait()


def _flood(end: type[Exception], ended: asyncio.Event) -> Any:
    """An endpoint that sends until `end` is raised, and says so."""

    async def flood(websocket: WebSocket) -> None:
        await websocket.accept()
        outbox = Outbox(websocket)
        try:
            while True:
                await outbox.put(b"x" * 60_000)
                await outbox.flush()
        except end:
            ended.set()

    return flood
