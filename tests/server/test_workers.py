"""Several processes on one socket, sharing PostgreSQL, Redis and a Chroma server."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.server.command_line import PATIENCE_SECONDS, Ran, Served, baton, served
from tests.widget.conftest import Client

RETURNS = "# Returns\n\n## How long it takes\n\nYou can return anything within 30 days of delivery.\n"
SOCKETS = 12
"""With each going to one of two workers, all to the same one is a chance of 1 in 2048."""


@dataclass
class Crew:
    """A server with two workers."""

    server: Served
    config: Path

    def pids(self) -> set[int]:
        """The workers that live now."""
        parent = self.server.process.pid
        words = ["ps", "-o", "pid=,stat=", "--ppid", str(parent)]
        rows = subprocess.run(words, capture_output=True, text=True, check=False).stdout.split("\n")
        return {int(row.split()[0]) for row in rows if row.strip() and "Z" not in row.split()[1]}

    def command(self, *words: str | Path) -> Ran:
        return baton(*words, "--config", self.config, "--data", self.server.data, "--json")

    @asynccontextmanager
    async def visitor(self, **hello: Any) -> AsyncIterator[Client]:
        async with connect(self.server.socket_url, subprotocols=[Subprotocol("baton.v1")], proxy=None) as socket:
            client = Client(socket)
            client.welcome = await client.hello(**hello)
            yield client


@pytest.fixture
def crew(tmp_path: Path, postgres_url: str, redis_url: str, chroma_url: str) -> Iterator[Crew]:
    config = tmp_path / "site.yaml"
    config.write_text(
        f"database: {{url: '{postgres_url}'}}\nbus: {{url: '{redis_url}'}}\nknowledge: {{index_url: '{chroma_url}'}}\n"
    )
    data = tmp_path / "data"
    assert baton("migrate", "--config", config, "--data", data, "--json").document["after"]
    with served(data, "--workers", "2", "--config", config) as server:
        yield Crew(server, config)


async def test_two_workers_serve_as_one_and_one_that_dies_is_replaced(crew: Crew, tmp_path: Path) -> None:
    (tmp_path / "returns.md").write_text(RETURNS)
    added = await asyncio.to_thread(crew.command, "add", tmp_path / "returns.md")
    assert [item["status"] for item in added.document["items"]] == ["indexed"]
    before = crew.pids()
    assert len(before) == 2

    await _what_one_is_told_all_hear(crew)

    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    await _until(lambda: len(crew.pids() - {victim}) == 2)
    async with crew.visitor() as visitor:
        await visitor.say("How long do I have to return something?", "m1")
        assert "30 days" in await _assistant_says(visitor)

    assert (await asyncio.to_thread(crew.command, "audit", "verify")).document["ok"]
    assert await asyncio.to_thread(crew.server.end) == 0
    assert crew.pids() == set()


async def _what_one_is_told_all_hear(crew: Crew) -> None:
    """Many tabs of one visitor, on both workers; each sees what was said in the first and what the assistant said."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(crew.visitor())
        await first.say("How long do I have to return something?", "m1")
        same = {"token": first.welcome["token"], "conversation": first.welcome["conversation"]}
        others = [await stack.enter_async_context(crew.visitor(**same)) for _ in range(SOCKETS)]
        assert "30 days" in await _assistant_says(first)
        seq = await first.say("thanks", "m2")
        for other in others:
            await other.next("event", kind="message.added", seq=seq)
            assert "30 days" in await _assistant_says(other)


async def test_the_workers_go_on_finding_and_learning_after_the_index_was_rebuilt_beside_them(
    crew: Crew, tmp_path: Path
) -> None:
    (tmp_path / "returns.md").write_text(RETURNS)
    await asyncio.to_thread(crew.command, "add", tmp_path / "returns.md")
    assert (await asyncio.to_thread(crew.command, "reindex")).document == {"chunks": 1, "generation": 1}
    await _every_worker_answers(crew, "How long do I have to return something?", "30 days")

    assert (await asyncio.to_thread(crew.command, "reindex")).document["generation"] == 2
    (tmp_path / "parking.md").write_text("# Parking\n\n## Where\n\nVisitors may park in Linden Street.\n")
    added = await asyncio.to_thread(crew.command, "add", tmp_path / "parking.md")
    assert [item["status"] for item in added.document["items"]] == ["indexed"]
    await _every_worker_answers(crew, "Where may visitors park?", "Linden Street")
    assert "was not found" not in crew.server.log.read_text()


async def _every_worker_answers(crew: Crew, question: str, wanted: str) -> None:
    for number in range(SOCKETS):
        async with crew.visitor() as visitor:
            await visitor.say(question, f"m{number}")
            assert wanted in await _assistant_says(visitor)


async def _assistant_says(client: Client) -> str:
    while True:
        event = await client.next("event", kind="message.added")
        if event["author"]["kind"] == "assistant":
            return str(event["body"]["text"])


async def _until(is_so: Any) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():
            await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(lambda: None))], timeout=0.1)
