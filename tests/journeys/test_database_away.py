"""The database goes away under a running server and comes back: calls say 503 meanwhile, and then succeed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.conftest import POSTGRES
from tests.journeys.site import Agent, open_site
from tests.server.test_contract import is_problem


@contextmanager
def refusing(url: str) -> Iterator[None]:
    """A database that ends every connection and takes no new one."""
    name = make_url(url).database
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(allow.format(sql.Identifier(str(name)), sql.Literal(False)))
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            server.execute(allow.format(sql.Identifier(str(name)), sql.Literal(True)))


async def test_every_call_says_unavailable_while_the_database_is_away(postgres_url: str, tmp_path: Path) -> None:
    async with open_site(postgres_url, tmp_path) as site:
        admin = await site.agent("Ada", "admin")
        with refusing(postgres_url):
            for response in (
                await admin.post("/search", query="shipping"),
                await admin.post("/documents", url="https://shop.example/help"),
                await admin.http.get("/api/v1/documents"),
                await admin.http.get("/api/v1/conversations"),
            ):
                assert is_problem(response, 503, "unavailable")
                assert response.headers["retry-after"] == "1"
                assert "psycopg" not in response.text
            page = await admin.http.get("/console", headers={"accept": "text/html"})
            assert (page.status_code, "text/html" in page.headers["content-type"]) == (503, True)
        await found_again(admin)


async def found_again(admin: Agent) -> None:
    response = await admin.post("/search", query="shipping to Norway")
    assert response.json()["passages"][0]["title"] == "Shipping"


async def test_a_change_that_can_not_be_written_is_unavailable(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path) as site:
        owner = await site.agent("Olga", "content")
        site.ground.writer.close()
        response = await owner.http.post("/api/v1/documents", files={"file": ("a.md", b"# A")})
        assert is_problem(response, 503, "unavailable")
        once = {"idempotency-key": "k1"}
        assert is_problem(await owner.http.post("/api/v1/documents/doc_x/read", headers=once), 503, "unavailable")
