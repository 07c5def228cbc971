"""An unsafe call sent again under its key: the first answer, once, and nothing else under that key."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlmodel import SQLModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from baton.core.bus import LocalBus
from baton.core.clock import SetClock
from baton.core.database import open_database
from baton.core.guards import Guards
from baton.core.heads import HeadFile
from baton.core.keys import load_keys
from baton.core.settings import StaffSettings
from baton.core.staff import StaffMember, create_token
from baton.core.web import JsonResponse, Problem, answer_problem
from baton.core.writer import Writer


@dataclass
class Till:
    """A counter that rings for each call that truly ran."""

    http: httpx2.AsyncClient
    clock: SetClock
    tokens: list[str]
    rung: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def ring(
        self, key: str | None, body: str = "{}", path: str = "/ring", who: int = 0, kind: str = "application/json"
    ) -> httpx2.Response:
        sent = {"authorization": f"Bearer {self.tokens[who]}", "content-type": kind}
        sent |= {"idempotency-key": key} if key is not None else {}
        return await self.http.post(path, content=body, headers=sent)

    async def answer(self, request: Request, member: StaffMember) -> Response:
        self.rung.append((await request.body()).decode())
        self.entered.set()
        await self.open.wait()
        match request.url.path:
            case "/refuse":
                raise Problem(409, "already_taken", "Somebody was faster.", by="Bob")
            case "/busy":
                raise Problem(503, "unavailable", "Not now.", retry_after=1)
            case "/delete":
                return Response(status_code=204)
        return JsonResponse({"number": len(self.rung)}, 201)


@pytest.fixture
async def till(database_url: str, tmp_path: Path) -> AsyncIterator[Till]:
    clock = SetClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    database = open_database(database_url, tmp_path)
    SQLModel.metadata.create_all(database.writing)
    writer = Writer(database, load_keys(tmp_path / "keys.json"), clock, LocalBus(), HeadFile(tmp_path / "heads"))
    writer.start()
    guards = Guards(database, writer, clock, StaffSettings())
    tokens = [writer.run_sync(lambda tx: create_token(tx, role="agent", name="t"))["token"] for _ in range(2)]
    app = Starlette(exception_handlers={Problem: answer_problem})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://till") as http:
        made = Till(http, clock, tokens)
        made.open.set()
        paths = ("/ring", "/refuse", "/busy", "/delete", "/other")
        app.routes.extend(Route(path, guards.require("agent")(made.answer), methods=["POST"]) for path in paths)
        yield made
    writer.close()
    database.close()


async def test_the_same_request_under_the_same_key_runs_once(till: Till) -> None:
    first, again, keyless = await till.ring("k1"), await till.ring("k1"), await till.ring(None)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"number": 1})
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert keyless.json() == {"number": 2}


@pytest.mark.parametrize("path, body", [("/ring", '{"a": 1}'), ("/other", "{}"), ("/ring?b=2", "{}")])
async def test_another_request_under_the_key_is_refused(till: Till, path: str, body: str) -> None:
    await till.ring("k1")
    other = await till.ring("k1", body, path)
    assert (other.status_code, other.json()["code"], len(till.rung)) == (422, "idempotency_mismatch", 1)


async def test_a_key_belongs_to_who_sent_it(till: Till) -> None:
    assert [(await till.ring("k1", who=who)).json()["number"] for who in (0, 1)] == [1, 2]


async def test_a_refusal_is_repeated_and_an_empty_answer_too(till: Till) -> None:
    first, again = await till.ring("k1", path="/refuse"), await till.ring("k1", path="/refuse")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["content-type"] == "application/problem+json"
    assert [(await till.ring("k2", path="/delete")).status_code for _ in range(2)] == [204, 204]
    assert len(till.rung) == 2


async def test_what_failed_on_our_side_may_be_tried_again(till: Till) -> None:
    assert [(await till.ring("k1", path="/busy")).status_code for _ in range(2)] == [503, 503]
    assert len(till.rung) == 2


async def test_of_two_at_once_one_runs_and_the_other_is_told_to_wait(till: Till) -> None:
    till.open.clear()
    first = asyncio.create_task(till.ring("k1"))
    await till.entered.wait()
    second = await till.ring("k1")
    till.open.set()
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_under_way")
    assert ((await first).status_code, len(till.rung)) == (201, 1)


async def test_a_call_that_is_cut_off_leaves_its_key_free(till: Till) -> None:
    till.open.clear()
    first = asyncio.create_task(till.ring("k1"))
    await till.entered.wait()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    till.open.set()
    assert (await till.ring("k1")).json() == {"number": 2}


async def test_a_key_is_forgotten_after_a_day(till: Till) -> None:
    await till.ring("k1")
    till.clock.advance(timedelta(hours=23).total_seconds())
    assert (await till.ring("k1")).json() == {"number": 1}
    till.clock.advance(timedelta(hours=2).total_seconds())
    assert (await till.ring("k1")).json() == {"number": 2}


async def test_a_file_sent_again_with_another_boundary_is_the_same_request(till: Till) -> None:
    bodies = [f"--{mark}\r\n\r\nx\r\n--{mark}--" for mark in ("aaaa", "bbbb")]
    kinds = [f"multipart/form-data; boundary={mark}" for mark in ("aaaa", "bbbb")]
    answers = [await till.ring("k1", body, kind=kind) for body, kind in zip(bodies, kinds, strict=True)]
    assert [answer.json() for answer in answers] == [{"number": 1}] * 2


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_that_is_no_key_is_refused(till: Till, key: str) -> None:
    refused = await till.ring(key)
    assert (refused.status_code, refused.json()["code"], till.rung) == (400, "bad_request", [])
