"""The knowledge pages and calls as a real server on loopback, with people who may and may not use them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

import baton.core
from baton.core.guards import COOKIE, Guards
from baton.core.settings import StaffSettings
from baton.core.staff import add_staff, create_token, open_session
from baton.core.transaction import Transaction
from baton.core.web import Problem, SecurityHeaders, answer_problem
from baton.knowledge.embedding import Embedding
from baton.knowledge.pages import pages
from baton.knowledge.routes import routes
from baton.knowledge.search import Search
from tests.knowledge.world import World

CORE_FILES = f"{next(iter(baton.core.__path__))}/browser"


@dataclass
class Site:
    """Where it is, and how each person gets in."""

    address: str
    tokens: dict[str, str]
    cookie: str
    csrf: str

    def client(self, role: str | None) -> httpx2.AsyncClient:
        """A client with a token of this role, or none."""
        headers = {"authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return httpx2.AsyncClient(base_url=self.address, headers=headers, trust_env=False, timeout=30)


@asynccontextmanager
async def open_site(world: World, embedding: Embedding | None = None) -> AsyncIterator[Site]:
    """Serve the library of `world`, and index what is added meanwhile."""
    guards = Guards(world.database, world.writer, world.clock, StaffSettings())
    search = Search(world.database, world.lexical, world.index, embedding)
    brand = Route("/assets/brand.css", lambda _request: Response(":root {}", media_type="text/css"))
    assets: list[BaseRoute] = [Mount("/assets/core", StaticFiles(directory=CORE_FILES)), brand]
    app = Starlette(
        routes=[*routes(world.documents, search, guards, world.settings), *pages(guards, world.settings), *assets],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={Problem: answer_problem},
    )
    tokens = {role: (await world.writer.run(_token(role)))["token"] for role in ("content", "agent", "admin")}
    cookie, csrf = await world.writer.run(_session)
    async with serving(app) as address, asyncio.TaskGroup() as tasks:
        indexing = tasks.create_task(world.indexer.run(world.bus))
        try:
            yield Site(address, tokens, f"{COOKIE}={cookie}", csrf)
        finally:
            indexing.cancel()


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """A server on a free port of loopback, until the end of the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task


def _token(role: str) -> Callable[[Transaction], dict[str, str]]:
    return lambda tx: create_token(tx, role=role, name=role)


def _session(tx: Transaction) -> tuple[str, str]:
    return open_session(tx, add_staff(tx, name="Olga Owner", role="content"), hours=12)
