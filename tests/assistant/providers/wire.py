"""A server that sends any bytes: chunks that are no JSON, streams that end without an end."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Wire:
    """Answers every request with the same bytes, then hangs up."""

    url: str
    requests: int = 0


@asynccontextmanager
async def sending(body: bytes) -> AsyncIterator[Wire]:
    """A server on a free port of loopback whose every stream is `body`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        seen.requests += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    seen = Wire(f"http://{host}:{port}")
    async with server:
        yield seen


@dataclass
class Silent:
    """Takes a request and says nothing."""

    url: str
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client has hung up."""


@asynccontextmanager
async def silent() -> AsyncIterator[Silent]:
    """A server on a free port of loopback that never answers."""

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        seen.asked.set()
        await reader.read()
        seen.left.set()
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    seen = Silent(f"http://{host}:{port}")
    async with server:
        yield seen
