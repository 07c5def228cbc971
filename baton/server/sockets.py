"""Websockets as uvicorn serves them, with one thing more: several frames in one write."""

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

from baton.core.sending import TOGETHER


class FramesTogether(WebSocketsSansIOProtocol):
    """Offers the extension `TOGETHER`."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][TOGETHER] = {"write": self.write_at_once}

    async def send(self, message: ASGISendEvent) -> None:
        frames: list[bytes] | None = message.get(TOGETHER)  # type: ignore[assignment]
        if frames is None:
            return await super().send(message)
        await self.writable.wait()
        if not self.write_at_once(frames):
            raise ClientDisconnected

    def write_at_once(self, frames: list[bytes]) -> bool:
        """Write without waiting; False, and nothing written, for a client that is behind or gone."""
        if self.disconnected or not self.writable.is_set():
            return False
        try:
            for frame in frames:
                self.conn.send_text(frame)
        except InvalidState:
            return False
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True
