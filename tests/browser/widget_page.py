"""A shop's page with the widget on it, in Chromium, beside the scripted server: where the widget's stories begin."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.visitor_server import VisitorServer, running

POLICY_BREACHES = "window.breaches = []; addEventListener('securitypolicyviolation', e => breaches.push(e.blockedURI))"


@dataclass
class Shop:
    """One visitor's browser: its page, and what the page's console said."""

    server: VisitorServer
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)

    @property
    def field(self) -> Locator:
        return self.page.locator("baton-chat textarea")

    @property
    def launcher(self) -> Locator:
        return self.page.locator("baton-chat .launcher")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def mine(self) -> Locator:
        """The visitor's own messages."""
        return self.page.locator("baton-chat .visitor .bubble")

    async def open(self) -> None:
        """Open the panel and wait until it is greeted."""
        await self.launcher.click()
        await expect(self.log).to_contain_text("I am an assistant")

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> None:
        """Say something and wait until the server has it and the visitor sees that."""
        await self.say(text)
        await expect(self.mine.last).to_have_text(text)
        await expect(self.page.locator("baton-chat .visitor .meta").last).to_have_class(re.compile("sent|seen"))

    async def visit(self, address: str | None = None) -> None:
        await self.page.goto(address or self.server.shop)
        await expect(self.page.locator("baton-chat .root")).to_be_attached()


@asynccontextmanager
async def a_shop(chromium: Browser, query: str = "", visits: bool = True, **context: Any) -> AsyncIterator[Shop]:
    """A fresh browser context on the shop's page (of another origin than Baton's, under a strict policy)."""
    async with running() as server:
        browser = await chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | context))
        try:
            await browser.add_init_script(POLICY_BREACHES)
            shop = Shop(server, browser, await browser.new_page())
            shop.page.on("console", lambda message: shop.said.append(message.text))
            shop.page.on("pageerror", lambda error: shop.said.append(f"threw {error}"))
            if visits:
                await shop.visit(server.shop + query)
            yield shop
        finally:
            await browser.close()
