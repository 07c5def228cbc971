"""`baton serve` as a process: commands beside it on the same folder, and how it begins and ends."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx2
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from baton.server.serving import address_of, bind
from tests.server.command_line import Ran, Served, baton, served
from tests.widget.conftest import Client

RETURNS = "# Returns\n\n## How long it takes\n\nYou can return anything within 30 days of delivery.\n"
WARRANTY = "# Warranty\n\n## How long it lasts\n\nEvery lamp has a warranty of seven years.\n"


@pytest.fixture(scope="module")
def operations() -> str:
    """Where the server's figures are."""
    with bind("127.0.0.1", 0) as probe:
        return address_of(probe)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, operations: str) -> Iterator[Served]:
    """One for the commands beside it."""
    data, port = tmp_path_factory.mktemp("served") / "data", operations.rpartition(":")[2]
    with served(data, BATON_SERVER__OPERATIONS_PORT=port) as running:
        yield running


def beside(server: Served, *words: str | Path, stdin: str = "") -> Ran:
    return baton(*words, "--data", server.data, "--json", stdin=stdin)


@asynccontextmanager
async def visitor(server: Served) -> AsyncIterator[Client]:
    async with connect(server.socket_url, subprotocols=[Subprotocol("baton.v1")], proxy=None) as socket:
        client = Client(socket)
        client.welcome = await client.hello()
        yield client


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


async def assistant_says(client: Client) -> str:
    while True:
        event = await client.next("event", kind="message.added")
        if event["author"]["kind"] == "assistant":
            return str(event["body"]["text"])


async def until_closed(socket: ClientConnection) -> int:
    """The code that the server closes the socket with, within ten seconds."""
    with suppress(ConnectionClosed):
        async with asyncio.timeout(10):
            async for _ in socket:
                pass
    assert socket.close_code is not None
    return socket.close_code


async def test_what_is_added_beside_the_server_is_answered_by_it_at_once(server: Served, tmp_path: Path) -> None:
    added = await asyncio.to_thread(beside, server, "add", write(tmp_path, "returns.md", RETURNS))
    assert [item["status"] for item in added.document["items"]] == ["indexed"]
    async with visitor(server) as client:
        await client.say("How long do I have to return something?", "m1")
        assert "30 days" in await assistant_says(client)
    asked = await asyncio.to_thread(beside, server, "ask", "How long do I have to return something?")
    assert "30 days" in asked.document["text"]


def test_measuring_rebuilding_and_removing_go_through_the_owner_too(server: Served, tmp_path: Path) -> None:
    row = {"id": "w1", "title": "Warranty", "text": "Every lamp has a warranty of seven years."}
    rows = write(tmp_path, "rows.jsonl", orjson.dumps(row).decode())
    beside(server, "add", rows)
    suite = write(tmp_path, "suite.jsonl", '{"query": "how long is the warranty", "relevant": ["w1"]}\n')
    assert beside(server, "eval", "retrieval", suite).document["hit@1"] == 1.0
    assert beside(server, "reindex").document["chunks"] >= 1
    assert beside(server, "eval", "retrieval", suite).document["hit@1"] == 1.0
    findings = {one["check"]: one for one in beside(server, "doctor").document["findings"]}
    assert server.url in findings["server"]["detail"] and findings["index"]["ok"]
    assert beside(server, "remove", "w1").status == 0
    assert beside(server, "audit", "verify").document["ok"]


async def test_a_pause_is_felt_by_a_visitor_within_a_second(server: Served) -> None:
    async with visitor(server) as client:
        await client.say("hello", "m1")
        await assistant_says(client)
        await asyncio.to_thread(beside, server, "pause")
        try:
            await client.say("How long do I have to return something?", "m2")
            await client.next("event", kind="handoff.requested")
            said = [frame["body"].get("text", "") for frame in client.frames if frame["type"] == "event"]
            assert not any("30 days" in text for text in said)
        finally:
            await asyncio.to_thread(beside, server, "resume")


async def test_who_is_deactivated_beside_the_server_loses_socket_and_token_at_once(server: Served) -> None:
    add = ("staff", "add", "ann@shop.example", "--role", "agent")
    await asyncio.to_thread(beside, server, *add)
    token = (await asyncio.to_thread(beside, server, "token", "create", "--role", "agent", "--name", "t")).document
    headers = {"authorization": f"Bearer {token['token']}"}
    url = server.url.replace("http", "ws", 1) + "/ws/agent"
    async with connect(url, additional_headers=headers, subprotocols=[Subprotocol("baton.v1")], proxy=None) as socket:
        await socket.recv()
        assert (await asyncio.to_thread(beside, server, "staff", "deactivate", token["id"])).status == 0
        await until_closed(socket)
    async with httpx2.AsyncClient(trust_env=False) as http:
        refused = await http.get(f"{server.url}/api/v1/conversations", headers=headers)
    assert refused.status_code == 401


async def test_a_website_that_was_refused_is_named_by_doctor_with_the_line_to_add(server: Served) -> None:
    foreign = Origin("https://shop.example")
    with pytest.raises(InvalidStatus, match="403"):
        async with connect(server.socket_url, origin=foreign, proxy=None):
            pass
    looked = await asyncio.to_thread(beside, server, "doctor")
    [found] = [finding for finding in looked.document["findings"] if finding["check"] == "origins"]
    assert (looked.status, found["ok"]) == (1, False)
    assert "https://shop.example" in found["detail"]
    assert found["advice"].endswith("widget.origins: [https://shop.example]")

    other, wild = "https://other.example", "https://*.example"
    for allowed, is_well in ((other, False), (wild, True)):
        config = server.data.with_name("allowing.yaml")
        config.write_text(f"widget.origins: [{allowed}]\n")
        again = await asyncio.to_thread(beside, server, "doctor", "--config", config)
        [found] = [finding for finding in again.document["findings"] if finding["check"] == "origins"]
        assert found["ok"] is is_well
        assert is_well or found["advice"].endswith(f"widget.origins: [{other}, https://shop.example]")


async def test_figures_are_on_the_operations_address_alone(server: Served, operations: str) -> None:
    async with visitor(server) as client, httpx2.AsyncClient(trust_env=False) as http:
        await client.say("hello", "m1")
        await assistant_says(client)
        text = (await http.get(f"{operations}/metrics")).text
        assert (await http.get(f"{server.url}/metrics")).status_code == 404
        assert (await http.get(f"{operations}/readyz")).status_code == 200
    assert 'baton_sockets_open{kind="visitor"} 1.0' in text
    assert "baton_turn_seconds_count" in text and 'baton_turns_total{decision="answer"}' in text
    assert "baton_events_written_total" in text and "baton_commit_units_bucket" in text


def test_a_taken_operations_port_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bind("127.0.0.1", 0) as taken:
        monkeypatch.setenv("BATON_SERVER__OPERATIONS_PORT", str(taken.getsockname()[1]))
        ran = baton("serve", "--port", "0", "--data", tmp_path / "data")
    assert (ran.status, "server.operations_port" in ran.sentence) == (1, True)


def test_a_second_server_on_the_folder_is_refused_with_a_sentence(server: Served) -> None:
    second = beside(server, "serve", "--port", "0")
    assert second.status == 1
    assert str(server.process.pid) in second.sentence and server.url in second.sentence


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        ran = baton("serve", "--port", port, "--data", tmp_path / "data", "--json")
    assert ran.status == 1
    assert port in ran.sentence and "--port" in ran.sentence


def test_several_workers_need_what_they_share(tmp_path: Path) -> None:
    ran = baton("serve", "--workers", "2", "--data", tmp_path / "data")
    assert ran.status == 2
    assert all(word in ran.sentence for word in ("PostgreSQL", "Redis", "Chroma"))


async def test_sigterm_closes_sockets_with_1012_and_exits_0_with_the_log_checkpointed(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        async with visitor(server) as client:
            await client.say("hello", "m1")
            began = time.monotonic()
            status = asyncio.create_task(asyncio.to_thread(server.end))
            assert await until_closed(client.socket) == 1012
            assert await status == 0
            assert time.monotonic() - began < 10
        assert "Traceback" not in server.log.read_text()
    wal = server.data / "baton.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0
    with sqlite3.connect(server.data / "baton.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
