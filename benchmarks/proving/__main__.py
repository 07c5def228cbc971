"""`scripts/prove`: random interleavings and kills on SQLite and PostgreSQL, with a control arm that must leak."""

import argparse
import asyncio
import json
import os
import random
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import uvicorn
from psycopg import sql
from sqlalchemy import make_url, select

from baton.assistant.conversations import TURNS
from baton.core.database import open_database
from benchmarks.proving.agents import Agent
from benchmarks.proving.checking import check_chain, check_fences, check_order, check_promises
from benchmarks.proving.page import Page
from benchmarks.proving.server import Server, write_config
from benchmarks.proving.tally import Tally
from benchmarks.proving.visitors import Visitor
from benchmarks.slow_model import random_seconds, slow_model

VISITORS, AGENTS, PAGE_ROUNDS = 16, 3, 3
KILL_EVERY_SECONDS = (6.0, 14.0)
CONTROL_SHARE = 0.2
POSTGRES = os.environ.get("BATON_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")


async def main() -> int:
    """Prove, print, and return the exit status."""
    asked = _read_arguments()
    arms = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    share = asked.seconds / (len(arms) + CONTROL_SHARE)
    results: dict[str, Tally] = {}
    for arm in arms:
        results[arm] = await _prove(arm, share, asked.seed, page=asked.page)
    control = await _prove("sqlite", max(share * CONTROL_SHARE, 8), asked.seed, unfenced=True)
    return _report(results, control, asked.json)


async def _prove(arm: str, seconds: float, seed: int, *, unfenced: bool = False, page: bool = False) -> Tally:
    """One server, its visitors and agents, for so long; then what the log says of it."""
    tally, until = Tally(), asyncio.Event()
    _tell(f"{arm}{', fences down' if unfenced else ''}: {seconds:.0f} s of {VISITORS} visitors and {AGENTS} agents")
    async with _server(arm, seed, unfenced) as server:
        tokens = [
            str(server.run("token", "create", "--role", "agent", "--name", f"Agent {n}")["token"])
            for n in range(AGENTS)
        ]
        visitors = _visitors(server, seed, tally)
        async with _agents(server, tokens, visitors, seed, tally) as agents:
            live: list[Awaitable[None]] = [visitor.live(until) for visitor in visitors]
            live += [agent.live(until) for agent in agents]
            live.append(_end_after(seconds, until))
            if not unfenced:
                live.append(_kill_now_and_then(server, random.Random(seed), until))
            await asyncio.gather(*live)
            _tell("settling")
            await asyncio.gather(*(visitor.settle() for visitor in visitors))
            if page:
                _tell("looking through a page")
                await Page(server.address, tally).watch(_taker(agents[0]), PAGE_ROUNDS)
            await _check(tally, server, visitors, agents)
        tally.counts["kills"] = server.kills
        status = await server.stop()
        tally.counts["exit status after SIGTERM"] = status
        tally.counts["audit findings"] = _audit(server)
    return tally


def _tell(said: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {said}", file=sys.stderr, flush=True)


def _visitors(server: Server, seed: int, tally: Tally) -> list[Visitor]:
    url = f"ws://127.0.0.1:{server.port}/ws/visitor"
    return [Visitor(url, random.Random(f"{seed} visitor {number}"), tally) for number in range(VISITORS)]


@asynccontextmanager
async def _agents(
    server: Server, tokens: list[str], visitors: list[Visitor], seed: int, tally: Tally
) -> AsyncIterator[list[Agent]]:
    def known() -> list[str]:
        return [visitor.conversation for visitor in visitors if visitor.conversation and visitor.acked]

    clients = [
        httpx2.AsyncClient(
            base_url=server.address, headers={"authorization": f"Bearer {token}"}, trust_env=False, timeout=10
        )
        for token in tokens
    ]
    try:
        yield [Agent(http, random.Random(f"{seed} agent {n}"), tally, known) for n, http in enumerate(clients)]
    finally:
        for http in clients:
            await http.aclose()


def _taker(agent: Agent) -> Callable[[str], Awaitable[None]]:
    async def take(conversation: str) -> None:
        answer = await agent.http.post(f"/api/v1/conversations/{conversation}/take")
        assert answer.status_code == 200, answer.text

    return take


async def _end_after(seconds: float, until: asyncio.Event) -> None:
    await asyncio.sleep(seconds)
    until.set()


async def _kill_now_and_then(server: Server, source: random.Random, until: asyncio.Event) -> None:
    """kill -9 under load, and start again."""
    while not until.is_set():
        try:
            async with asyncio.timeout(source.uniform(*KILL_EVERY_SECONDS)):
                await until.wait()
        except TimeoutError:
            await server.kill()
            await server.start()


async def _check(tally: Tally, server: Server, visitors: list[Visitor], agents: list[Agent]) -> None:
    """Read every conversation whole and hold it against every promise."""
    seen = _turns(server)
    for visitor in visitors:
        if visitor.conversation is None or not visitor.acked:
            continue
        conversation, events = visitor.conversation, await _events(agents[0].http, visitor.conversation)
        acked = visitor.acked | {
            client_id: seq
            for agent in agents
            for (where, client_id), seq in agent.acked.items()
            if where == conversation
        }
        check_promises(tally, conversation, events, acked)
        check_order(tally, conversation, visitor.in_order, visitor.acked)
        check_chain(tally, conversation, events)
        check_fences(tally, conversation, events, seen)
        tally.counts["events"] += len(events)


def _turns(server: Server) -> dict[str, int]:
    """Turn to the last message it took into account, from the database itself."""
    from baton.server.config import load_config

    database = open_database(load_config(server.config).database.url, server.data)
    query = select(TURNS.c.id, TURNS.c.upto_seq).where(TURNS.c.state == "done")
    try:
        return {row.id: row.upto_seq for row in database.read_sync(lambda connection: connection.execute(query).all())}
    finally:
        database.close()


async def _events(http: httpx2.AsyncClient, conversation: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while True:
        after = events[-1]["seq"] if events else 0
        path = f"/api/v1/conversations/{conversation}/events"
        answer = await http.get(path, params={"after": after, "limit": 500})
        found = answer.json()["items"]
        if not found:
            return events
        events += found


def _audit(server: Server) -> int:
    try:
        return len(server.run("audit", "verify")["findings"])  # type: ignore[arg-type]
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return -1


@asynccontextmanager
async def _server(arm: str, seed: int, unfenced: bool) -> AsyncIterator[Server]:
    """A fresh installation with a slow model beside it."""
    with tempfile.TemporaryDirectory(prefix="baton-prove-") as folder:
        async with _model(seed) as model, _database(arm) as url:
            config = write_config(Path(folder), url, model)
            server = Server(Path(folder) / "data", _free_port(), config, unfenced)
            if url:
                server.run("migrate")
            await server.start()
            try:
                yield server
            finally:
                if server.is_running():
                    await server.kill()


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
async def _database(arm: str) -> AsyncIterator[str | None]:
    if arm == "sqlite":
        yield None
        return
    name = f"baton_prove_{secrets.token_hex(4)}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _report(results: dict[str, Tally], control: Tally, as_json: bool) -> int:
    leaks = sum(control.faults[name] for name in control.faults if "assistant" in name or "stream" in name)
    found = sum(sum(tally.faults.values()) for tally in results.values())
    wrong = sum(tally.counts["audit findings"] != 0 for tally in results.values())
    ok = found == 0 and leaks > 0 and wrong == 0
    if as_json:
        arms = {arm: {"rows": tally.rows(), "counts": dict(tally.counts)} for arm, tally in results.items()}
        print(json.dumps({"ok": ok, "arms": arms, "control_leaks": leaks, "at": time.time()}))
        return 0 if ok else 1
    for arm, tally in results.items():
        counts = ", ".join(f"{value} {name}" for name, value in tally.counts.items())
        print(f"\n{arm}: {counts}")
        for row in tally.rows():
            bound = "" if row["bound_95"] is None else f"   rate below {row['bound_95']:.5f} at 95 %"
            print(f"  {row['found']:>4}  {row['fault']}  (of {row['of']}){bound}")
        for note in tally.notes:
            print(f"        {note}")
    print(f"\ncontrol arm, fences down: {leaks} leaks of {dict(control.faults)}")
    print(
        "proved" if ok else "NOT proved" + ("" if leaks else ": the control arm shows nothing, so this proof is blind")
    )
    return 0 if ok else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/prove", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long in all (default 600)")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", action="store_true", help="look through a real page in Chromium too")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
