"""The visitor's socket, `/ws/visitor`: refuse foreign origins, then one reader and one writer until either ends."""

import asyncio
import logging

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from baton.core.errors import WriteFailed
from baton.widget.door import Door
from baton.widget.origins import line_to_add
from baton.widget.session import Closed, VisitorSession

PROTOCOL = "baton.v1"
log = logging.getLogger(__name__)


async def visitor_socket(websocket: WebSocket, door: Door) -> None:
    """Serve one socket from handshake to close."""
    origin = websocket.headers.get("origin")
    if not door.origins.allows(origin, websocket.headers.get("host", "")):
        assert origin is not None
        await websocket.send_denial_response(
            PlainTextResponse(f"{origin} may not show this widget. Add to config.yaml: {line_to_add(origin)}\n", 403)
        )
        return await door.origins.refuse(origin)
    offered = websocket.scope.get("subprotocols", [])
    await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    async with door.bus.subscribe() as mailbox:
        session = VisitorSession(door, websocket, mailbox)
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(session.write())
                await _read(websocket, session, door)
                writing.cancel()
        except* Closed as closed:
            error = closed.exceptions[0]
            assert isinstance(error, Closed)
            await _close(websocket, error.code, error.reason)
        except* (WebSocketDisconnect, TimeoutError, WriteFailed) as ended:
            log.debug("A visitor's socket ended: %s", ended.exceptions[0])
            await _close(websocket, 1013, "Try again in a moment.")


async def _read(websocket: WebSocket, session: VisitorSession, door: Door) -> None:
    """Handle frames until the client leaves. The first one is due in time; binary frames are no frames of ours."""
    try:
        async with asyncio.timeout(door.settings.hello_seconds):
            while not session.is_greeted:
                if not await _handle_next(websocket, session):
                    return
    except TimeoutError:
        raise Closed(1008, "No hello came in time.") from None
    while await _handle_next(websocket, session):
        pass


async def _handle_next(websocket: WebSocket, session: VisitorSession) -> bool:
    """Receive and handle one frame; False when the client has left."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        return False
    await session.handle(message.get("text") or "")
    return True


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Say why, if anybody still listens."""
    try:
        await websocket.close(code, reason)
    except (RuntimeError, WebSocketDisconnect):
        log.debug("The client had gone before it could be told: %s", reason)
