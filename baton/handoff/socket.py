"""The agent's socket, `/ws/agent`: who is it, may they; then one reader and one writer until either ends."""

import asyncio
import logging

from starlette.websockets import WebSocket, WebSocketDisconnect

from baton.core.errors import WriteFailed
from baton.core.guards import is_same_origin
from baton.core.staff import StaffMember
from baton.core.web import Problem
from baton.handoff import presence
from baton.handoff.inbox import Inbox
from baton.handoff.seats import Seats
from baton.handoff.session import AgentSession, Closed, EventFrames
from baton.handoff.workplace import Workplace

PROTOCOL = "baton.v1"
log = logging.getLogger(__name__)


async def agent_socket(websocket: WebSocket, at: Workplace, inbox: Inbox, seats: Seats, frames: EventFrames) -> None:
    """Serve one socket from handshake to close."""
    try:
        member = await admit(websocket, at)
    except Problem as problem:
        return await websocket.send_denial_response(problem.response())
    offered = websocket.scope.get("subprotocols", [])
    await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    async with at.bus.subscribe("staff") as mailbox:
        with seats.take(member.id, mailbox):
            session = AgentSession(at, inbox, frames, member, websocket, mailbox)
            try:
                await _serve(websocket, at, session, member)
            finally:
                inbox.unwatch(mailbox)


async def admit(websocket: WebSocket, at: Workplace) -> StaffMember:
    """Whoever may act as an agent. A cookie counts only together with our own `Origin`. Raises Problem."""
    caller = await at.guards.caller(websocket)
    if caller is None:
        raise Problem(401, "unauthorized", "Sign in, or send a valid `Authorization: Bearer` token.")
    if caller.csrf is not None and not is_same_origin(websocket):
        raise Problem(403, "forbidden", "This page may not open the agent's socket.")
    if not caller.member.may("agent"):
        raise Problem(403, "forbidden", f"This needs the role agent; you are {caller.member.role}.")
    return caller.member


async def _serve(websocket: WebSocket, at: Workplace, session: AgentSession, member: StaffMember) -> None:
    try:
        state = await at.writer.run(lambda tx: presence.arrive(tx, member.id))
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(session.write(state))
            await _read(websocket, session)
            writing.cancel()
    except* Closed as closed:
        error = closed.exceptions[0]
        assert isinstance(error, Closed)
        await _close(websocket, error.code, error.reason)
    except* (WebSocketDisconnect, TimeoutError, WriteFailed) as ended:
        log.debug("An agent's socket ended: %s", ended.exceptions[0])
        await _close(websocket, 1013, "Try again in a moment.")


async def _read(websocket: WebSocket, session: AgentSession) -> None:
    """Handle frames until the client leaves."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        await session.handle(message.get("text") or "")


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Say why, if anybody still listens."""
    try:
        await websocket.close(code, reason)
    except (RuntimeError, WebSocketDisconnect):
        log.debug("The client had gone before it could be told: %s", reason)
