"""The visitor's door over a real server and a real database, with a small client of our own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import uvicorn
from sqlmodel import SQLModel
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

import baton.server.tables  # noqa: F401  (defines every table)
from baton.core.bus import LocalBus
from baton.core.clock import SystemClock
from baton.core.database import open_database
from baton.core.directory import Directory
from baton.core.heads import HeadFile
from baton.core.keys import load_keys
from baton.core.log import Author
from baton.core.staff import StaffMember, add_staff
from baton.core.transaction import Transaction
from baton.core.writer import Writer
from baton.handoff.desk import Desk
from baton.handoff.lobby import Lobby
from baton.handoff.settings import HandoffSettings
from baton.widget.door import Door
from baton.widget.limits import Limits
from baton.widget.origins import Origins
from baton.widget.routes import routes
from baton.widget.settings import WidgetSettings
from baton.widget.visitors import Visitors

SECRET = "a secret that the website shares"
DEADLINE = 10


class Client:
    """A visitor's socket that remembers every frame."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}
        self._taken: set[int] = set()

    async def send(self, type: str, **fields: Any) -> None:
        await self.socket.send(orjson.dumps({"type": type, **fields}).decode())

    async def next(self, type: str, **fields: Any) -> dict[str, Any]:
        """The first frame of this type with these fields that was not given out before, received already or not."""
        position = 0
        async with asyncio.timeout(DEADLINE):
            while True:
                if position == len(self.frames):
                    self.frames.append(orjson.loads(await self.socket.recv()))
                frame = self.frames[position]
                fits = frame["type"] == type and all(frame.get(name) == value for name, value in fields.items())
                if fits and position not in self._taken:
                    self._taken.add(position)
                    return frame
                position += 1

    async def hello(self, **fields: Any) -> dict[str, Any]:
        blank = {"token": None, "conversation": None, "after": 0, "locale": "en", "page": None, "identity": None}
        await self.send("hello", **blank | fields)
        return await self.next("welcome")

    async def say(self, text: str, client_id: str) -> int:
        await self.send("message.send", client_id=client_id, text=text)
        return int((await self.next("ack", client_id=client_id))["seq"])


@dataclass
class House:
    """A running server with its insides."""

    door: Door
    port: int

    @asynccontextmanager
    async def visitor(self, origin: str | None = None, forwarded_for: str | None = None) -> AsyncIterator[Client]:
        """A visitor's socket; with `forwarded_for` as a proxy on loopback passes it on."""
        url = f"ws://127.0.0.1:{self.port}/ws/visitor"
        protocols = [Subprotocol("baton.v1")]
        headers = {"x-forwarded-for": forwarded_for} if forwarded_for else {}
        async with connect(
            url,
            subprotocols=protocols,
            origin=Origin(origin) if origin else None,
            additional_headers=headers,
            proxy=None,
        ) as socket:
            yield Client(socket)

    async def agent(self, name: str = "Mira") -> StaffMember:
        id = await self.door.writer.run(lambda tx: add_staff(tx, name=name, role="agent", email=f"{name}@shop.example"))
        return StaffMember(id, None, name, "agent", (), (), None)


def suggest_person(tx: Transaction, conversation: str) -> None:
    tx.append(tx.conversation(conversation), "handoff.suggested", Author.assistant(), {})


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    database, keys, clock, bus = (
        open_database(database_url, tmp_path),
        load_keys(tmp_path / "k"),
        SystemClock(),
        LocalBus(),
    )
    SQLModel.metadata.create_all(database.writing)
    writer = Writer(database, keys, clock, bus, HeadFile(tmp_path / "heads"))
    writer.start()
    settings, handoff = WidgetSettings(origins=["https://shop.example"], identity_secret=SECRET), HandoffSettings()
    lobby = Lobby(handoff, clock)
    door = Door(
        database=database,
        writer=writer,
        bus=bus,
        clock=clock,
        directory=Directory(database, settings.brand.name),
        desk=Desk(handoff),
        lobby=lobby,
        visitors=Visitors(keys, settings.identity_secret),
        origins=Origins(settings.origins, writer, clock),
        settings=settings,
        worker="test",
        limits=Limits(settings, time.monotonic),
        suggest_person=suggest_person,
    )
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes(door)), port=0, log_level="warning", ws_max_size=65536, lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(DEADLINE):
        while not server.started:
            await asyncio.wait([serving], timeout=0.01)
    yield House(door, server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    await serving
    writer.close()
    database.close()
