"""What the tests of every package share: data, databases, a browser, a port."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest
import redis
from playwright.async_api import Browser, async_playwright
from psycopg import sql
from sqlalchemy import make_url

from tests.requirements import require

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("BATON_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")
REDIS = os.environ.get("BATON_TEST_REDIS", "redis://127.0.0.1:6379")
DATA = Path(os.environ.get("BATON_TEST_DATA", ROOT.parent / "shared" / "data"))
CHROMA_SECONDS = 120
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real documents and dialogues to measure with (BATON_TEST_DATA)."""
    if not DATA.is_dir():
        require("data", f"{DATA} is not a folder; name it in BATON_TEST_DATA")
    return DATA


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on now; prefer binding port 0 yourself where you can."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty database of its own on a real server (BATON_TEST_POSTGRES), dropped afterwards."""
    with _postgres_server() as server:
        name = f"baton_test_{secrets.token_hex(6)}"
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A logical database of its own on a real server (BATON_TEST_REDIS), emptied afterwards.

    Channels are shared by all logical databases: give those you publish on a name of their own.
    """
    try:
        url, held = _hold_redis_database()
    except redis.ConnectionError as error:
        require("Redis", f"{REDIS} does not answer ({error}); name a server in BATON_TEST_REDIS")
    with held:
        try:
            yield url
        finally:
            held.flushdb()


@pytest.fixture
def chroma_url(tmp_path: Path, free_port: int) -> Iterator[str]:
    """A Chroma server of its own, as the installed package brings it."""
    program = Path(sys.executable).with_name("chroma")
    words = ["run", "--path", str(tmp_path / "chroma"), "--host", "127.0.0.1", "--port", str(free_port)]
    with (tmp_path / "chroma.log").open("w") as log:
        process = subprocess.Popen([str(program), *words], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{free_port}"
    try:
        transport = httpx2.HTTPTransport(retries=12)
        with httpx2.Client(transport=transport, trust_env=False, timeout=CHROMA_SECONDS) as http:
            assert http.get(f"{url}/api/v2/heartbeat").status_code == 200, process.poll()
        yield url
    finally:
        process.terminate()
        process.wait(CHROMA_SECONDS)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on each engine in turn; a test that takes this runs twice."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'baton.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's own Chromium, started once. Open a context of your own in it, and close it."""
    path = os.environ.get("BATON_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        require("Chromium", "no chromium on the path; install it or name it in BATON_TEST_CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


def _postgres_server() -> psycopg.Connection:
    try:
        return psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        require("PostgreSQL", f"no server to use ({error}); name one in BATON_TEST_POSTGRES")


def _hold_redis_database() -> tuple[str, "redis.Redis"]:
    """The first logical database that was empty; a key in it says that it is taken."""
    for number in range(15, -1, -1):
        url = urlsplit(REDIS)._replace(path=f"/{number}").geturl()
        client = redis.Redis.from_url(url, socket_connect_timeout=5)
        if client.dbsize() == 0 and client.set("baton:test", "held", nx=True, ex=600):
            return url, client
        client.close()
    require("Redis", f"{REDIS} has no empty logical database left")
