"""An agent's seat for tests: the scripted server, a page on it, and nothing of the browser's complaints forgiven."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.console_server import ConsoleServer, serving
from tests.browser.console_stories import tell_all
from tests.browser.console_world import World

FORGIVEN = ("Failed to load resource", "WebSocket connection to")
"""The browser's own lines about a server that is told to fail."""


@dataclass
class Desk:
    """What a test holds: the page, and the server behind it."""

    server: ConsoleServer
    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def rows(self) -> Locator:
        return self.page.locator(".row")

    @property
    def composer(self) -> Locator:
        return self.page.locator(".composer-text")

    @property
    def transcript(self) -> Locator:
        return self.page.get_by_role("log")

    async def open(self, name: str) -> None:
        """Open a conversation and wait until its events are there."""
        await self.page.goto(f"{self.server.url}/console#cnv_{name}")
        await expect(self.page.locator(".conversation-name")).not_to_be_empty()
        await self.watched(f"cnv_{name}")

    async def watched(self, conversation: str) -> None:
        """Wait until the socket watches it; only then does anything new arrive by itself."""
        await self.heard(lambda frame: frame["type"] == "watch" and frame.get("conversation") == conversation)

    async def heard(self, matches: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a frame of the page's that matches."""
        return await self.server.heard_one(matches)

    async def violations(self) -> str:
        """What axe finds wrong with the page as it stands; empty when nothing."""
        found = await Axe().run(self.page)
        return str(found.generate_report()) if found.violations_count else ""


@asynccontextmanager
async def at_desk(
    browser: Browser,
    *,
    tell: Callable[[World], object] = tell_all,
    width: int = 1280,
    height: int = 800,
    scheme: Literal["light", "dark"] = "light",
    script: str | None = None,
    go: bool = True,
) -> AsyncIterator[Desk]:
    """Sit down at the console of a server where `tell` has happened; afterwards the page must not have complained."""
    server = ConsoleServer()
    tell(server.world)
    # Colours on their way to others are no colours to judge by.
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        async with serving(server):
            page = await context.new_page()
            desk = Desk(server, page)
            page.on("pageerror", lambda error: desk.complaints.append(str(error)))
            page.on("console", lambda line: desk.complaints.append(line.text) if line.type == "error" else None)
            if script:
                await page.add_init_script(script)
            if go:
                await page.goto(f"{server.url}/console")
                await expect(page.locator(".presence")).to_contain_text("Available")
            yield desk
            await page.close()
    finally:
        await context.close()
    complaints = [line for line in desk.complaints if not line.startswith(FORGIVEN)]
    assert complaints == [], complaints
