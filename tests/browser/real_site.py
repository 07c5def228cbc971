"""`baton demo` as anybody starts it: a process of its own, the links it prints, and two people's browsers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from baton.core.staff import create_link, find_by_email
from baton.server.commands.demonstrating import SEATS
from baton.server.config import Config
from baton.server.ground import open_ground

STEP_SECONDS = 30
WIDE = {"width": 1280, "height": 800}
PROGRAM = (sys.executable, "-c", "from baton.server.cli import main; main()")
FORGIVEN = ("Failed to load resource", "WebSocket connection to")
"""The browser's own lines about a server that is gone for a moment."""


@dataclass
class Demo:
    """The demonstration on a folder. Killed and started again, it keeps its port; its links are new ones."""

    folder: Path
    links: dict[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def shop(self) -> str:
        return str(self.links["shop"])

    @property
    def seats(self) -> dict[str, str]:
        return dict(self.links["seats"])

    def fresh_seat(self, role: str) -> str:
        """One more link that signs in once, made beside the running server."""
        email = next(email for email, seat in SEATS.items() if seat == role)
        with open_ground(Config(), self.folder) as ground:
            row = ground.database.read_sync(lambda connection: find_by_email(connection, email))
            assert row is not None
            token = ground.writer.run_sync(lambda tx: create_link(tx, row.id, minutes=60))
        return f"{self.links['url']}/sign-in/{token}"

    def start(self) -> None:
        """Start, and wait for the links."""
        port = self.links["url"].rsplit(":", 1)[1] if self.links else "0"
        command = [*PROGRAM, "demo", "--json", "--port", port, "--data", str(self.folder)]
        with (self.folder.parent / "demo.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, (self.folder.parent / "demo.log").read_text()[-2000:]
        self.links = json.loads(said)

    def kill(self) -> None:
        """Without warning."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


@dataclass
class Person:
    """Somebody's browser with one page in it, and what its console complained about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def locate(self, css: str) -> Locator:
        return self.page.locator(css)


P = TypeVar("P", bound=Person)


class Visitor(Person):
    """Somebody with the widget before them."""

    @property
    def field(self) -> Locator:
        return self.locate("baton-chat textarea")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def answers(self) -> Locator:
        """What the assistant has said, finished; the greeting is the first."""
        return self.locate("baton-chat .message.assistant:not([inert])")

    async def open(self) -> None:
        await self.locate("baton-chat .launcher").click()
        await expect(self.log).to_contain_text("a piece of software")

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> Locator:
        """The answer, once it stands."""
        before = await self.answers.count()
        await self.say(text)
        return await self.answered(before)

    async def tap(self, text: str) -> Locator:
        """The answer to a chip."""
        before = await self.answers.count()
        await self.locate("baton-chat .chip").filter(has_text=text).click()
        return await self.answered(before)

    async def answered(self, before: int) -> Locator:
        await expect(self.answers).to_have_count(before + 1)
        return self.answers.nth(before)


class Colleague(Person):
    """Somebody at the console."""

    @property
    def rows(self) -> Locator:
        return self.locate(".row")

    @property
    def transcript(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def composer(self) -> Locator:
        return self.locate(".composer-text")

    @property
    def state(self) -> Locator:
        return self.locate(".conversation-state")

    async def sit_down(self, link: str) -> None:
        """Follow a one-time link to the console; no password is typed."""
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Continue as").click()
        await expect(self.locate(".presence")).to_contain_text("Available")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)


@asynccontextmanager
async def sitting_at(browser: Browser, kind: type[P], **context: Any) -> AsyncIterator[P]:
    """A browser context of somebody's own; afterwards its page must not have complained."""
    opened = await browser.new_context(**({"viewport": WIDE, "reduced_motion": "reduce"} | context))
    opened.set_default_timeout(STEP_SECONDS * 1000)
    try:
        person = kind(opened, await opened.new_page())
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        person.page.on(
            "console", lambda line: person.complaints.append(line.text) if line.type in ("error", "warning") else None
        )
        yield person
        await person.page.close()
    finally:
        await opened.close()
    assert [line for line in person.complaints if not line.startswith(FORGIVEN)] == []
