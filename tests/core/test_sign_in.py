"""Signing in: passwords that tell nothing when wrong, throttling, one-time links, no other site."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from baton.core.guards import COOKIE, Guards
from baton.core.settings import StaffSettings
from baton.core.sign_in import SignIn
from baton.core.staff import add_staff, create_link, deactivate_staff, find_by_session, passwords
from baton.core.web import Problem, answer_problem
from tests.core.ground import Ground, open_ground

ANN, PASSWORD = "ann@shop.example", "correct horse battery"
HASHED = passwords.hash(PASSWORD)


@dataclass
class Door:
    """The sign-in pages, visited from an address."""

    ground: Ground
    app: Starlette

    def browser(self, address: str = "127.0.0.1") -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(self.app, client=(address, 5000))
        return httpx2.AsyncClient(transport=transport, base_url="http://door")

    async def add(self, role: str = "agent") -> str:
        return await self.ground.writer.run(lambda tx: add_staff(tx, name="Ann", role=role, email=ANN, password=HASHED))

    async def link(self, staff: str) -> str:
        return await self.ground.writer.run(lambda tx: create_link(tx, staff, minutes=10))


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    with open_ground("sqlite", tmp_path) as ground:
        settings = StaffSettings(sign_in_attempts=3)
        guards = Guards(ground.database, ground.writer, ground.clock, settings)
        sign_in = SignIn(ground.database, ground.writer, guards, settings, secure=True)
        yield Door(ground, Starlette(routes=sign_in.routes(), exception_handlers={Problem: answer_problem}))


def form_of(page: httpx2.Response) -> dict[str, str]:
    """The form's token: as the page shows it, and as its cookie for the next call."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return {"csrf_token": found[1]}


async def submit(browser: httpx2.AsyncClient, path: str = "/sign-in", **fields: str) -> httpx2.Response:
    """Open the page, fill its form, send it."""
    page = await browser.get(path)
    cookie = page.headers["set-cookie"].partition(";")[0]
    return await browser.post("/sign-in", data=form_of(page) | fields, headers={"cookie": cookie})


def session_cookie(response: httpx2.Response) -> str | None:
    found = [one for one in response.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}=")]
    return found[0] if found else None


@pytest.mark.parametrize("role, page", [("agent", "/console"), ("content", "/knowledge"), ("admin", "/console")])
async def test_the_right_password_opens_the_page_of_ones_role(door: Door, role: str, page: str) -> None:
    await door.add(role)
    async with door.browser() as browser:
        opened = await submit(browser, email="Ann@shop.example", password=PASSWORD)
    assert (opened.status_code, opened.headers["location"]) == (303, page)
    cookie = session_cookie(opened)
    assert cookie is not None
    assert all(flag in cookie.lower() for flag in ("httponly", "samesite=lax", "secure"))
    assert door.ground.recorded()[-1] == "staff.signed_in"


async def test_a_wrong_password_and_an_unknown_person_look_the_same(door: Door) -> None:
    await door.add()
    async with door.browser() as browser:
        wrong = await submit(browser, email=ANN, password="wrong")
        unknown = await submit(browser, email="bob@shop.example", password="wrong")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    said = [re.sub(r'value="[^"]*"', "", page.text) for page in (wrong, unknown)]
    assert said[0] == said[1]
    assert session_cookie(wrong) is None
    assert door.ground.recorded().count("staff.sign_in_refused") == 2


async def test_after_too_many_tries_even_the_right_password_waits(door: Door) -> None:
    await door.add()
    async with door.browser() as browser:
        for _ in range(3):
            assert (await submit(browser, email=ANN, password="wrong")).status_code == 401
        assert (await submit(browser, email=ANN, password=PASSWORD)).status_code == 429
    async with door.browser("10.0.0.9") as elsewhere:
        assert (await submit(elsewhere, email=ANN, password=PASSWORD)).status_code == 429


async def test_who_tries_many_names_from_one_address_waits_too(door: Door) -> None:
    await door.add()
    async with door.browser("10.0.0.9") as browser:
        for number in range(3):
            await submit(browser, email=f"guess{number}@shop.example", password="wrong")
        assert (await submit(browser, email=ANN, password=PASSWORD)).status_code == 429
    async with door.browser("10.0.0.10") as colleague:
        assert (await submit(colleague, email=ANN, password=PASSWORD)).status_code == 303


async def test_who_was_deactivated_is_as_unknown_as_anybody(door: Door) -> None:
    id = await door.add()
    await door.ground.writer.run(lambda tx: deactivate_staff(tx, id))
    async with door.browser() as browser:
        assert (await submit(browser, email=ANN, password=PASSWORD)).status_code == 401


async def test_a_form_that_is_not_ours_is_refused(door: Door) -> None:
    await door.add()
    async with door.browser() as browser:
        for headers in ({}, {"cookie": "baton_form=mine"}):
            forged = {"email": ANN, "password": PASSWORD, "csrf_token": "forged"}
            refused = await browser.post("/sign-in", data=forged, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "bad_csrf")


@pytest.mark.parametrize(
    "next, goes_to",
    [
        ("/console/cnv_1", "/console/cnv_1"),
        ("https://evil.example", "/console"),
        ("//evil.example", "/console"),
        ("/\\evil.example", "/console"),
        ("console", "/console"),
        ("", "/console"),
    ],
)
async def test_after_signing_in_one_goes_on_to_a_page_of_ours_only(door: Door, next: str, goes_to: str) -> None:
    await door.add()
    async with door.browser() as browser:
        opened = await submit(browser, email=ANN, password=PASSWORD, next=next)
    assert opened.headers["location"] == goes_to


async def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(door: Door) -> None:
    token = await door.link(await door.add())
    async with door.browser() as browser:
        for _ in range(2):
            assert "Ann" in (await browser.get(f"/sign-in/{token}")).text
        opened = await submit(browser, f"/sign-in/{token}", token=token)
        assert (opened.status_code, session_cookie(opened) is not None) == (303, True)
    async with door.browser() as another:
        again = await submit(another, token=token)
    assert (again.status_code, session_cookie(again)) == (401, None)


async def test_a_link_works_on_this_machine_only(door: Door) -> None:
    token = await door.link(await door.add())
    async with door.browser("10.0.0.9") as far:
        assert (await far.get(f"/sign-in/{token}")).status_code == 404
        refused = await submit(far, token=token)
    assert (refused.status_code, session_cookie(refused)) == (401, None)
    async with door.browser("::1") as near:
        assert (await submit(near, token=token)).status_code == 303


async def test_signing_out_ends_the_session_and_needs_its_token(door: Door) -> None:
    await door.add()
    async with door.browser() as browser:
        opened = await submit(browser, email=ANN, password=PASSWORD)
        cookie = (session_cookie(opened) or "").partition(";")[0]
        value = cookie.partition("=")[2]
        row = await door.ground.database.read(lambda connection: find_by_session(connection, value))
        assert row is not None
        await browser.post("/sign-out", data={"csrf_token": "forged"}, headers={"cookie": cookie})
        assert (await browser.get("/sign-in", headers={"cookie": cookie})).status_code == 303
        await browser.post("/sign-out", data={"csrf_token": row.csrf}, headers={"cookie": cookie})
        assert (await browser.get("/sign-in", headers={"cookie": cookie})).status_code == 200
