"""The widget of the real server on somebody else's page under a strict policy: let in, or told how to be."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.browser.real_site import PROGRAM, Visitor, sitting_at
from tests.browser.widget_page import POLICY_BREACHES
from tests.journeys.site import open_site, serve

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Somebody's shop</title>
<link rel="icon" href="data:,"><script type="module" src="{baton}/widget.js"></script></head>
<body><main><h1>Somebody's shop</h1></main></body></html>"""
POLICY = "default-src 'none'; script-src {baton}; connect-src {baton} {socket}; img-src data:; base-uri 'none'"
"""No style at all is allowed, inline or not: the widget's sheets are constructed."""


@asynccontextmanager
async def a_foreign_site() -> AsyncIterator[tuple[str, dict[str, str]]]:
    """The origin of a page on another port and host name, and where it takes the widget from ("baton")."""
    where: dict[str, str] = {}

    async def page(_request: Request) -> HTMLResponse:
        names = {"baton": where["baton"], "socket": where["baton"].replace("http", "ws", 1)}
        return HTMLResponse(PAGE.format(**names), headers={"content-security-policy": POLICY.format(**names)})

    async with serve(Starlette(routes=[Route("/", page)])) as port:
        yield f"http://localhost:{port}", where


async def test_on_an_allowed_site_it_works_from_end_to_end_and_breaks_no_rule(
    chromium: Browser, tmp_path: Path
) -> None:
    async with (
        a_foreign_site() as (origin, where),
        open_site("sqlite", tmp_path, widget={"origins": [origin]}) as site,
        sitting_at(chromium, Visitor) as visitor,
    ):
        where["baton"] = site.address
        agent = await site.agent("Mira")
        await visitor.page.add_init_script(POLICY_BREACHES)
        await visitor.page.goto(origin)
        await visitor.open()
        await expect(await visitor.ask("What does shipping to Norway cost?")).to_contain_text("€16.90")
        await visitor.page.get_by_role("button", name="Talk to a person").first.click()
        handoff = await agent.waiting()
        await agent.post(f"/handoffs/{handoff['id']}/accept")
        await agent.post(f"/conversations/{handoff['conversation']}/messages", client_id="a1", text="Mira here.")
        await expect(visitor.log).to_contain_text("Mira here.")
        await visitor.page.reload()
        await expect(visitor.log).to_contain_text("Mira here.")
        assert await visitor.page.evaluate("breaches") == []
        width = await visitor.locate("baton-chat .panel").evaluate("node => node.getBoundingClientRect().width")
        assert width == 380


async def test_a_refused_site_is_told_once_in_the_page_in_the_log_and_by_the_doctor(
    chromium: Browser, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_foreign_site() as (origin, where), open_site("sqlite", tmp_path) as site:
        where["baton"] = site.address
        line = f"widget.origins: [{origin}]"
        with caplog.at_level(logging.WARNING, "baton.widget.origins"):
            said = await console_of(chromium, origin)
            assert said == [f"The chat is not allowed on {origin}. To allow it, add to Baton's config.yaml: {line}"]
            finding = await origins_as_the_doctor_finds_them(tmp_path)
        logged = [record.getMessage() for record in caplog.records if record.name == "baton.widget.origins"]
        assert logged == [f"The widget on {origin} was refused. To allow it, add to config.yaml: {line}"]
        assert not finding["ok"]
        assert line in finding["advice"]
        await the_line_is_a_setting(tmp_path, line)


async def console_of(chromium: Browser, origin: str) -> list[str]:
    """What a refused page's console says besides the browser's own line; nothing of the widget is to be seen."""
    context = await chromium.new_context()
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(origin)
    await expect(page.locator("baton-chat[refused]")).to_be_attached()
    await expect(page.locator("baton-chat")).to_be_hidden()
    await context.close()
    return [line for line in said if not line.startswith("WebSocket connection to")]


async def origins_as_the_doctor_finds_them(folder: Path) -> dict[str, Any]:
    """While the server runs."""
    _, out = await command("doctor", "--data", str(folder), "--json")
    found: dict[str, Any] = next(one for one in json.loads(out)["findings"] if one["check"] == "origins")
    return found


async def the_line_is_a_setting(folder: Path, line: str) -> None:
    """Put into a file of its own it is read, and the origin is no fault any more."""
    file = folder / "config.yaml"
    file.write_text(f"{line}\n")
    _, out = await command("doctor", "--config", str(file), "--data", str(folder), "--json")
    assert json.loads(out)["findings"][0]["ok"]


async def command(*words: str) -> tuple[int, str]:
    """A command of Baton's beside the running server."""
    process = await asyncio.create_subprocess_exec(*PROGRAM, *words, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()
