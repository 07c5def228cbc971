"""Who is calling, and may they: bearers, cookies with their CSRF token, roles, and sessions that live on by use."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from baton.core.guards import COOKIE, Caller, Guards, is_same_origin
from baton.core.settings import StaffSettings
from baton.core.staff import StaffMember, add_staff, create_token, open_session
from baton.core.web import Problem, answer_problem
from tests.core.ground import Ground, open_ground

HOUR = 3600


@dataclass
class Gate:
    """A page and two calls behind guards."""

    ground: Ground
    http: httpx2.AsyncClient

    async def token(self, role: str) -> dict[str, str]:
        made = await self.ground.writer.run(lambda tx: create_token(tx, role=role, name="t"))
        return {"authorization": f"Bearer {made['token']}"}

    async def session(self, role: str = "agent") -> tuple[dict[str, str], str]:
        id = await self.ground.writer.run(lambda tx: add_staff(tx, name="Ann", role=role, email="ann@shop.example"))
        cookie, csrf = await self.ground.writer.run(lambda tx: open_session(tx, id, hours=12))
        return {"cookie": f"{COOKIE}={cookie}"}, csrf

    async def call(self, method: str, path: str, headers: dict[str, Any]) -> tuple[int, Any]:
        response = await self.http.request(method, path, headers=headers)
        is_problem = response.headers["content-type"] == "application/problem+json"
        return response.status_code, response.json()["code"] if is_problem else response.text


async def _name(_request: Request, member: StaffMember) -> Response:
    return PlainTextResponse(member.role)


async def _page(_request: Request, caller: Caller) -> Response:
    return PlainTextResponse(caller.csrf or "no csrf")


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    with open_ground("sqlite", tmp_path) as ground:
        guards = Guards(ground.database, ground.writer, ground.clock, StaffSettings(session_hours=12))
        routes = [
            Route("/agents", guards.require("agent")(_name), methods=["GET", "POST", "DELETE"]),
            Route("/either", guards.require("content", "agent")(_name)),
            Route("/page", guards.page("agent")(_page)),
        ]
        app = Starlette(routes=routes, exception_handlers={Problem: answer_problem})
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://gate") as http:
            yield Gate(ground, http)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer baton_forged"},
        {"authorization": "Bearer "},
        {"authorization": "Basic YW5uOmFubg=="},
        {"cookie": f"{COOKIE}=forged"},
    ],
    ids=["nothing", "forged", "empty", "basic", "forged cookie"],
)
async def test_nobody_in_particular_is_401(gate: Gate, headers: dict[str, str]) -> None:
    assert await gate.call("GET", "/agents", headers) == (401, "unauthorized")


async def test_a_bad_token_is_not_saved_by_a_good_cookie(gate: Gate) -> None:
    cookie, _ = await gate.session()
    assert (await gate.call("GET", "/agents", cookie | {"authorization": "Bearer baton_forged"}))[0] == 401


@pytest.mark.parametrize("role, agents, either", [("agent", 200, 200), ("content", 403, 200), ("supervisor", 200, 200)])
async def test_a_role_opens_its_own_doors(gate: Gate, role: str, agents: int, either: int) -> None:
    token = await gate.token(role)
    assert [(await gate.call("GET", path, token))[0] for path in ("/agents", "/either")] == [agents, either]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_cookie_needs_its_csrf_token_for_what_changes_something(gate: Gate, method: str) -> None:
    cookie, csrf = await gate.session()
    assert (await gate.call("GET", "/agents", cookie))[0] == 200
    refused: list[dict[str, Any]] = [{}, {"x-csrf-token": "forged"}, {"x-csrf-token": "fürged".encode()}]
    for sent in refused:
        assert await gate.call(method, "/agents", cookie | sent) == (403, "bad_csrf")
    assert await gate.call(method, "/agents", cookie | {"x-csrf-token": csrf}) == (200, "agent")


async def test_a_bearer_needs_none(gate: Gate) -> None:
    assert await gate.call("POST", "/agents", await gate.token("agent")) == (200, "agent")


async def test_a_page_sends_strangers_to_sign_in_and_back(gate: Gate) -> None:
    response = await gate.http.get("/page")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=/page")
    assert await gate.call("GET", "/page", await gate.token("content")) == (403, "forbidden")


async def test_a_session_lives_on_by_use_and_ends_without(gate: Gate) -> None:
    cookie, _ = await gate.session()
    for _ in range(3):
        gate.ground.clock.advance(11 * HOUR)
        assert (await gate.call("GET", "/agents", cookie))[0] == 200
    gate.ground.clock.advance(12 * HOUR + 1)
    assert (await gate.call("GET", "/agents", cookie))[0] == 401


@pytest.mark.parametrize(
    "origin, is_same",
    [
        ("https://shop.example", True),
        ("https://shop.example:444", False),
        ("https://evil.example", False),
        ("null", False),
        (None, False),
    ],
)
def test_only_our_own_origin_is_ours(origin: str | None, is_same: bool) -> None:
    headers = [(b"host", b"shop.example")] + ([(b"origin", origin.encode())] if origin else [])
    request = Request({"type": "http", "headers": headers, "method": "GET", "path": "/"})
    assert is_same_origin(request) is is_same
