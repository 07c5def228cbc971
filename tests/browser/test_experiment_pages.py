"""What was tried, as supervisors see it: bars, tables, turns beside what people wrote, and removing a result."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from baton.server.demo.samples import CONFIG
from tests.browser.real_site import Colleague, Demo, sitting_at
from tests.server.command_line import baton

EXPORTS = Path(__file__).parent.parent / "assistant" / "exports"
PATH = "/assistant/experiments"


@pytest.fixture(scope="module")
def results(demonstration: Demo) -> tuple[str, str]:
    """A replay and a backtest of the demonstration, by id."""
    beside = ("--config", CONFIG, "--data", demonstration.folder, "--json")
    replay = baton("replay", "--with", "assistant.min_confidence=0.95", "--name", "Stricter", *beside)
    return replay.document["experiment"], backtest(demonstration)


def backtest(demonstration: Demo) -> str:
    ran = baton("backtest", EXPORTS / "own.jsonl", "--config", CONFIG, "--data", demonstration.folder, "--json")
    return str(ran.document["experiment"])


async def go(page: Page, demo: Demo, path: str) -> None:
    await page.goto(f"{demo.links['url']}{path}")


async def assert_fits_and_accessible(page: Page) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_results_are_listed_opened_and_removed_without_a_mouse(
    demo: Demo, chromium: Browser, results: tuple[str, str]
) -> None:
    async with sitting_at(chromium, Colleague) as admin:
        await admin.sit_down(demo.fresh_seat("admin"))
        await go(admin.page, demo, PATH)
        link = admin.page.get_by_role("link", name="Stricter").first
        await link.focus()
        await admin.press("Enter")
        await expect(admin.page.get_by_role("heading", name="Stricter")).to_be_visible()
        await expect(admin.page.get_by_text("turns would be decided otherwise")).to_be_visible()
        changed = admin.page.get_by_role("article").first
        await expect(changed).to_contain_text("Answered")
        await expect(changed).to_contain_text("Why: not sure enough of the answer.")
        await admin.page.get_by_text("As a table").focus()
        await admin.press("Enter")
        await expect(admin.page.get_by_role("table").first.get_by_role("rowheader", name="Answered")).to_be_visible()

        id = await asyncio.to_thread(backtest, demo)
        await go(admin.page, demo, f"{PATH}/{id}")
        norway = admin.page.get_by_role("article").first
        await expect(norway).to_contain_text("Hi, this is Jonas. Norway is 16.90 euros.")
        await expect(norway).to_contain_text("€16.90")
        await admin.page.get_by_text("Remove this result").focus()
        await admin.press("Enter", "Tab", "Enter")
        await expect(admin.page.get_by_role("heading", name="Replay and backtest")).to_be_visible()
        await go(admin.page, demo, f"{PATH}/{id}")
        await expect(admin.page.get_by_text("There is no such experiment.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_nothing_and_nothing_is_cut_off(
    demo: Demo, chromium: Browser, results: tuple[str, str], width: int, scheme: Literal["light", "dark"]
) -> None:
    size = {"width": width, "height": 844}
    async with sitting_at(chromium, Colleague, viewport=size, color_scheme=scheme) as admin:
        await admin.sit_down(demo.fresh_seat("admin"))
        for path in (PATH, *(f"{PATH}/{id}" for id in results)):
            await go(admin.page, demo, path)
            for closed in await admin.page.locator("details > summary").all():
                await closed.click()
            await assert_fits_and_accessible(admin.page)


async def test_agents_see_no_results_and_nothing_is_removed_without_the_pages_own_form(
    demo: Demo, chromium: Browser, results: tuple[str, str]
) -> None:
    async with sitting_at(chromium, Colleague) as agent:
        await agent.sit_down(demo.fresh_seat("agent"))
        refused = await agent.page.request.get(f"{demo.links['url']}{PATH}")
        assert refused.status == 403
    async with sitting_at(chromium, Colleague) as admin:
        await admin.sit_down(demo.fresh_seat("admin"))
        address = f"{demo.links['url']}{PATH}/{results[0]}"
        forged = await admin.page.request.post(f"{address}/remove", form={"csrf_token": "x"})
        assert forged.status == 403
        assert (await admin.page.request.get(address)).status == 200
