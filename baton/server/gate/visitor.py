"""A visitor over the real socket, who waits for each answer and keeps every frame."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from baton.core.errors import BatonError
from baton.core.ids import new_id
from baton.server.gate.rows import VisitorsPage

ANSWER_SECONDS = 120
"""A model may be slow; nothing is waited for longer."""
Frame = dict[str, Any]
Settled = Callable[[str, int], Awaitable[int | None]]
"""Told a conversation and the seq of its visitor's message: the last seq that the visitor may see, once the message was
answered or a person holds; None before."""


class Visitor:
    """One conversation. Open it with `open_visitor`."""

    def __init__(self, socket: ClientConnection, settled: Settled) -> None:
        self._socket = socket
        self._settled = settled
        self.frames: list[Frame] = []
        self.conversation = ""
        self._seen = 0

    async def say(self, *texts: str) -> list[Frame]:
        """Send messages without waiting in between; the events that came until the last of them was answered."""
        before = len(self.frames)
        async with _deadline(texts[-1]):
            seqs = [await self.do("message.send", text=text) for text in texts]
            await self._read_up_to(seqs[-1])
        return [frame for frame in self.frames[before:] if frame["type"] == "event"]

    async def do(self, kind: str, **fields: Any) -> int:
        """Send a frame that is acknowledged; the seq of its event."""
        client_id = new_id("try")
        await self._send(type=kind, client_id=client_id, **fields)
        while True:
            frame = await self._next()
            if frame.get("client_id") == client_id and frame["type"] == "error":
                raise BatonError(f"{kind} was refused: {frame['message']}")
            if frame.get("client_id") == client_id:
                return int(frame["seq"])

    async def act(self, kind: str, **fields: Any) -> list[Frame]:
        """Send a frame that is acknowledged; the events that came of it."""
        before = len(self.frames)
        async with _deadline(kind):
            await self.do(kind, **fields)
            await self._read_up_to(0)
        return [frame for frame in self.frames[before:] if frame["type"] == "event"]

    async def greet(self, locale: str, page: VisitorsPage) -> None:
        """Say hello and read the welcome."""
        blank = {"token": None, "conversation": None, "after": 0, "identity": None}
        await self._send(type="hello", **blank, locale=locale, page=page.model_dump())
        async with _deadline("hello"):
            while (frame := await self._next())["type"] != "welcome":
                pass
        self.conversation = frame["conversation"]

    async def _read_up_to(self, seq: int) -> None:
        """Read until the visitor's message of this seq has its answer, and everything visible by then is there."""
        while (last := await self._settled(self.conversation, seq)) is None:
            await self._next()
        while self._seen < last:
            await self._next()

    async def _next(self) -> Frame:
        frame: Frame = orjson.loads(await self._socket.recv())
        self.frames.append(frame)
        if frame["type"] == "event":
            self._seen = frame["seq"]
        return frame

    async def _send(self, **frame: Any) -> None:
        await self._socket.send(orjson.dumps(frame).decode())


@asynccontextmanager
async def open_visitor(
    url: str, settled: Settled, locale: str = "en", page: VisitorsPage | None = None
) -> AsyncIterator[Visitor]:
    """A new visitor at the socket's address, greeted."""
    async with connect(url, subprotocols=[Subprotocol("baton.v1")], proxy=None) as socket:
        visitor = Visitor(socket, settled)
        await visitor.greet(locale, page or VisitorsPage())
        yield visitor


@asynccontextmanager
async def _deadline(said: str) -> AsyncIterator[None]:
    """Raises BatonError when nothing comes of what was said."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except TimeoutError as error:
        raise BatonError(f"Nothing came of “{said}” within {ANSWER_SECONDS} seconds.") from error


def texts_in(frame: Any) -> list[str]:
    """Every text of a frame, at any depth; a visitor's own message is nobody's secret."""
    if isinstance(frame, Mapping):
        is_own = frame.get("type") == "event" and frame["author"]["kind"] == "visitor"
        return [] if is_own else [text for value in frame.values() for text in texts_in(value)]
    if isinstance(frame, list):
        return [text for value in frame for text in texts_in(value)]
    return [frame] if isinstance(frame, str) else []
