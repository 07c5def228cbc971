"""`scripts/prove`: random interleavings and kills, on SQLite and, with two workers, on PostgreSQL, Redis and Chroma.

A control arm whose fences are down has to leak in every way that they prevent.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from sqlalchemy import Select, select

from baton.assistant.conversations import TURNS
from baton.core.database import open_database
from baton.server.config import load_config
from benchmarks.proving.agents import Agent
from benchmarks.proving.checking import check_answered, check_chain, check_fences, check_order, check_promises
from benchmarks.proving.engines import installation
from benchmarks.proving.page import Page
from benchmarks.proving.server import Server
from benchmarks.proving.tally import Tally
from benchmarks.proving.verdict import FEWEST_TAKEOVERS, MUST_LEAK, Verdict, judge
from benchmarks.proving.visitors import Visitor

VISITORS, AGENTS, PAGE_ROUNDS = 16, 3, 3
KILL_EVERY_SECONDS = (6.0, 14.0)
CONTROL_SHARE = 0.2
TURNS_SECONDS, LOOK_AGAIN_SECONDS = 60, 0.5


async def main() -> int:
    """Prove, print, and return the exit status."""
    asked = _read_arguments()
    arms = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    share = asked.seconds / (len(arms) + CONTROL_SHARE)
    results: dict[str, Tally] = {}
    for arm in arms:
        results[arm] = await _prove(arm, share, asked.seed, page=asked.page)
    control = await _prove("sqlite", max(share * CONTROL_SHARE, 8), asked.seed, unfenced=True)
    verdict = judge(results, control, asked.takeovers)
    _report(results, control, verdict, asked.json)
    return 0 if verdict.is_proved else 1


async def _prove(arm: str, seconds: float, seed: int, *, unfenced: bool = False, page: bool = False) -> Tally:
    """One server, its visitors and agents, for so long; then what the log says of it."""
    tally, until = Tally(), asyncio.Event()
    _tell(f"{arm}{', fences down' if unfenced else ''}: {seconds:.0f} s of {VISITORS} visitors and {AGENTS} agents")
    async with installation(arm, seed, unfenced=unfenced) as server:
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
            await _until_no_turn_is_open(server)
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
    """kill -9 under load: everything, which is started again, or in turn one of several workers."""
    everything = True
    while not until.is_set():
        try:
            async with asyncio.timeout(source.uniform(*KILL_EVERY_SECONDS)):
                await until.wait()
        except TimeoutError:
            if everything or server.workers == 1:
                await server.kill()
                await server.start()
            else:
                server.kill_worker(source.choice)
            everything = not everything


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
        check_answered(tally, conversation, events)
        tally.counts["events"] += len(events)


async def _until_no_turn_is_open(server: Server) -> None:
    """What is still open after all this time is a question that nobody answers."""
    query = select(TURNS.c.id).where(TURNS.c.state == "queued").limit(1)
    for _ in range(round(TURNS_SECONDS / LOOK_AGAIN_SECONDS)):
        if not _read(server, query):
            return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _turns(server: Server) -> dict[str, int]:
    """Turn to the last message it took into account, from the database itself."""
    query = select(TURNS.c.id, TURNS.c.upto_seq).where(TURNS.c.state == "done")
    return {row.id: row.upto_seq for row in _read(server, query)}


def _read(server: Server, query: Select[Any]) -> list[Any]:
    database = open_database(load_config(server.config).database.url, server.data)
    try:
        return list(database.read_sync(lambda connection: connection.execute(query).all()))
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


def _report(results: dict[str, Tally], control: Tally, verdict: Verdict, as_json: bool) -> None:
    leaks = {fault: control.faults[fault] for fault in MUST_LEAK}
    if as_json:
        arms = {arm: {"rows": tally.rows(), "counts": dict(tally.counts)} for arm, tally in results.items()}
        said = {"ok": verdict.is_proved, "reasons": verdict.reasons, "arms": arms, "control_leaks": leaks}
        print(json.dumps(said | {"at": time.time()}))
        return
    for arm, tally in results.items():
        counts = ", ".join(f"{value} {name}" for name, value in tally.counts.items())
        print(f"\n{arm}: {counts}")
        for row in tally.rows():
            bound = "" if row["bound_95"] is None else f"   rate below {row['bound_95']:.5f} at 95 %"
            print(f"  {row['found']:>4}  {row['fault']}  (of {row['of']}){bound}")
        for note in tally.notes:
            print(f"        {note}")
    print(f"\ncontrol arm, fences down: {', '.join(f'{found} {fault}' for fault, found in leaks.items())}")
    print("proved" if verdict.is_proved else "NOT proved: " + "; ".join(verdict.reasons))


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/prove", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long in all (default 600)")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--takeovers", type=int, default=FEWEST_TAKEOVERS, help="how many each engine must see (default %(default)s)"
    )
    parser.add_argument("--page", action="store_true", help="look through a real page in Chromium too")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
