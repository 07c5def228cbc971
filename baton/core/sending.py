"""Frames out to one socket: what is ready at the same time goes in one write."""

import asyncio
from collections.abc import Callable

from starlette.websockets import WebSocket

TOGETHER = "baton.together"
"""The ASGI extension of our own server: text frames as bytes, several in one write, which is a system call with the
interpreter's lock held. As a key of a message it holds the frames; in the scope it holds `write`, which takes them
without waiting unless the client is behind or gone."""
SEND_SECONDS = 20
MOST_TOGETHER = 50


class Outbox:
    """Frames that wait for the next write, in order."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        extension = websocket.scope.get("extensions", {}).get(TOGETHER, {})
        self._write: Callable[[list[bytes]], bool] | None = extension.get("write")
        self._frames: list[bytes] = []

    async def put(self, frame: bytes) -> None:
        """Add a text frame. Many waiting ones are sent first, so that no reading of the log grows without limit."""
        if len(self._frames) >= MOST_TOGETHER:
            await self.flush()
        self._frames.append(frame)

    async def flush(self) -> None:
        """Send what waits. Raises TimeoutError for a client that reads too slowly."""
        frames, self._frames = self._frames, []
        if frames and not (self._write and self._write(frames)):
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(frames)

    async def _send(self, frames: list[bytes]) -> None:
        if self._write:
            return await self._websocket.send({"type": "websocket.send", TOGETHER: frames})
        for frame in frames:
            await self._websocket.send_text(frame.decode())
