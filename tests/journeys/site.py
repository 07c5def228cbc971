"""The real application on loopback, with visitors and agents of flesh and frames."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from sqlalchemy import func, select
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from baton.assistant.conversations import TURNS
from baton.core.database import open_database
from baton.core.log import Author
from baton.core.staff import create_token
from baton.knowledge.arrivals import from_upload
from baton.server.app import Application
from baton.server.config import Config
from baton.server.ground import Ground, open_ground
from baton.server.knowledge import Knowledge
from baton.server.schema import migrate
from tests.widget.conftest import DEADLINE, Client

HELP = {
    "returns.md": "# Returns\n\n## How long it takes\n\nYou can return anything within 30 days of delivery. "
    "The refund reaches your account within five working days after the parcel arrives.\n\n"
    "## What you need\n\n- the order number\n- the label from your account\n- the original box\n",
    "shipping.md": "# Shipping\n\n## What it costs\n\n| Country | Price | Days |\n|---|---|---|\n"
    "| Germany | €4.90 | 2 |\n| Norway | €16.90 | 6 |\n| France | €6.50 | 3 |\n",
    "opening.md": "# Visiting us\n\n## Opening hours\n\nThe shop is open from Monday to Friday, 9:00 to 18:00. "
    "It is closed on public holidays.\n",
    "internal.md": "# Internal: goodwill\n\n## Limits\n\nAgents may grant a goodwill voucher of 25 euros.\n",
}
RULES = {"audience_rules": [{"title": "Internal:", "audience": "staff"}]}


@dataclass
class Agent:
    """A staff member with a token."""

    id: str
    name: str
    http: httpx2.AsyncClient

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        return await self.http.post(f"/api/v1{path}", json=body)

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.http.get(f"/api/v1{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def waiting(self) -> dict[str, Any]:
        """The handoff that waits, once there is one."""
        async with asyncio.timeout(DEADLINE):
            while True:
                items = (await self.get("/handoffs", status="waiting"))["items"]
                if items:
                    found: dict[str, Any] = items[0]
                    return found


@dataclass
class Site:
    """A server under way."""

    ground: Ground
    knowledge: Knowledge
    port: int
    stack: AsyncExitStack

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def visitor(self, **hello: Any) -> AsyncIterator[Client]:
        url = f"ws://127.0.0.1:{self.port}/ws/visitor"
        async with connect(url, subprotocols=[Subprotocol("baton.v1")], proxy=None) as socket:
            client = Client(socket)
            client.welcome = await client.hello(**hello)
            yield client

    async def agent(self, name: str = "Mira", role: str = "agent") -> Agent:
        made = await self.ground.writer.run(lambda tx: create_token(tx, role=role, name=name))
        headers = {"authorization": f"Bearer {made['token']}"}
        http = httpx2.AsyncClient(base_url=self.address, headers=headers, trust_env=False, timeout=DEADLINE)
        await self.stack.enter_async_context(http)
        return Agent(made["id"], name, http)

    async def answer(self, visitor: Client) -> dict[str, Any]:
        """The assistant's next message."""
        while True:
            event = await visitor.next("event", kind="message.added")
            if event["author"]["kind"] == "assistant":
                return event


@asynccontextmanager
async def serve(app: Starlette) -> AsyncIterator[int]:
    """Run an application on a free loopback port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws_max_size=65536, access_log=False))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:
            await asyncio.wait([serving], timeout=0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def open_site(url: str, folder: Path, **sections: Any) -> AsyncIterator[Site]:
    """The application over a database, its help pages indexed; `sections` are those of config.yaml."""
    database = {"database": {"url": url}} if url.startswith("postgresql") else {}
    config = Config(**{"knowledge": RULES} | database | sections)
    if database:
        made = open_database(url, folder)
        migrate(made)
        made.close()
    with open_ground(config, folder, serving=True) as ground:
        knowledge = Knowledge(ground)
        application = Application(ground, knowledge)
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(serve(application.asgi))
            site = Site(ground, knowledge, port, stack)
            await add_help(site)
            yield site


async def add_help(site: Site) -> None:
    """Add the help pages and wait until they are indexed."""
    for name, text in HELP.items():
        async for _ in site.knowledge.documents.add(from_upload(name, text.encode()), Author.system()):
            pass
    async with asyncio.timeout(60), site.ground.bus.subscribe("documents") as notices:
        while (await site.knowledge.documents.counts())["indexed"] < len(HELP):
            await anext(notices)


async def settled(site: Site) -> None:
    """Until no turn waits or is under way."""
    queued = select(func.count()).select_from(TURNS).where(TURNS.c.state == "queued")
    async with asyncio.timeout(DEADLINE):
        while await site.ground.database.read(lambda connection: connection.execute(queued).scalar_one()):
            continue
