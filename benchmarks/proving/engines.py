"""What a server under proof stands on: a slow model, and of PostgreSQL's arm a database, a Chroma server and Redis."""

import asyncio
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psycopg
import uvicorn
from psycopg import sql
from sqlalchemy import make_url

from benchmarks.proving.server import Engines, Server, write_config
from benchmarks.slow_model import random_seconds, slow_model

POSTGRES = os.environ.get("BATON_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")
REDIS = os.environ.get("BATON_TEST_REDIS", "redis://127.0.0.1:6379")
WORKERS = 2
START_SECONDS, CONNECT_RETRIES = 60, 12


@asynccontextmanager
async def installation(arm: str, seed: int, *, unfenced: bool) -> AsyncIterator[Server]:
    """A fresh one that answers; on PostgreSQL two workers serve it."""
    with tempfile.TemporaryDirectory(prefix="baton-prove-") as folder:
        async with _model(seed) as model, _engines(arm, Path(folder)) as engines:
            config = write_config(Path(folder), engines, model)
            server = Server(Path(folder) / "data", free_port(), config, unfenced, engines.workers)
            if engines.database:
                server.run("migrate")
            await server.start()
            try:
                yield server
            finally:
                if server.is_running():
                    await server.kill()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _model(seed: int) -> AsyncIterator[int]:
    app = slow_model(random_seconds(seed, 0.05, 0.9))
    model = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    serving = asyncio.create_task(model.serve())
    while not model.started:
        await asyncio.wait([serving], timeout=0.01)
    yield model.servers[0].sockets[0].getsockname()[1]
    model.should_exit = True
    await serving


@asynccontextmanager
async def _engines(arm: str, folder: Path) -> AsyncIterator[Engines]:
    if arm == "sqlite":
        yield Engines()
        return
    name = f"baton_prove_{secrets.token_hex(4)}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            database = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
            async with _chroma(folder) as index:
                yield Engines(database, REDIS, index, WORKERS)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@asynccontextmanager
async def _chroma(folder: Path) -> AsyncIterator[str]:
    """A Chroma server, as the installed package brings it."""
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    words = ["run", "--path", str(folder / "chroma"), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "chroma.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(str(program), *words, stdout=log, stderr=log)
    try:
        transport = httpx2.AsyncHTTPTransport(retries=CONNECT_RETRIES)
        async with httpx2.AsyncClient(transport=transport, trust_env=False, timeout=START_SECONDS) as http:
            (await http.get(f"http://127.0.0.1:{port}/api/v2/heartbeat")).raise_for_status()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
