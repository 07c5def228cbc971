"""The desk behind a real server on a real port, with tokens to call it by and sockets to watch it on."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from baton.core.directory import Directory
from baton.core.guards import Guards
from baton.core.settings import StaffSettings
from baton.core.staff import create_token
from baton.core.web import Problem, answer_problem
from baton.handoff.inbox import Inbox
from baton.handoff.routes import routes
from baton.handoff.seats import Seats
from baton.handoff.workplace import Workplace
from tests.handoff.world import World

PATIENCE_SECONDS = 10


class AgentSocket:
    """An agent's connection; frames that nobody asked for are passed over."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        await self.connection.send(orjson.dumps(frame).decode())

    async def expect(self, type: str, **fields: Any) -> dict[str, Any]:
        """The next frame of that type whose fields are these."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                frame: dict[str, Any] = orjson.loads(await self.connection.recv())
                if frame["type"] == type and all(frame.get(name) == value for name, value in fields.items()):
                    return frame


@dataclass
class Office:
    """A served desk."""

    world: World
    seats: Seats
    address: str
    client: httpx2.AsyncClient

    def token(self, name: str, role: str = "agent") -> dict[str, str]:
        """A staff member with a bearer token: `{"id", "token", …}`."""
        return self.world.writer.run_sync(lambda tx: create_token(tx, role=role, name=name))

    async def call(self, who: dict[str, str], method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"authorization": f"Bearer {who['token']}"}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def get(self, who: dict[str, str], path: str) -> Any:
        response = await self.call(who, "GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    @asynccontextmanager
    async def connect(self, **headers: str) -> AsyncIterator[AgentSocket]:
        url = f"ws://{self.address}/ws/agent"
        async with connect(url, additional_headers=headers, subprotocols=[Subprotocol("baton.v1")]) as connection:
            yield AgentSocket(connection)

    @asynccontextmanager
    async def sit(self, who: dict[str, str]) -> AsyncIterator[AgentSocket]:
        """An agent's socket, welcomed."""
        async with self.connect(authorization=f"Bearer {who['token']}") as agent:
            await agent.expect("welcome")
            yield agent


@asynccontextmanager
async def serve(world: World) -> AsyncIterator[Office]:
    directory = Directory(world.database, "Acme")
    guards = Guards(world.database, world.writer, world.clock, StaffSettings())
    workplace = Workplace(world.database, world.writer, world.bus, world.clock, directory, guards, world.desk)
    inbox, seats = Inbox(world.database, world.bus, world.clock), Seats(world.database, world.writer)
    app = Starlette(routes=routes(workplace, inbox, seats), exception_handlers={Problem: answer_problem})
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    working = [asyncio.create_task(work) for work in (server.serve(sockets=[listening]), inbox.run())]
    async with httpx2.AsyncClient(base_url=f"http://{address}") as client:
        yield Office(world, seats, address, client)
    server.should_exit = True
    await working[0]
    working[1].cancel()
    await asyncio.gather(working[1], return_exceptions=True)
