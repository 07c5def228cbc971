"""The pages under /assistant in Chromium: judging by one key each, the slider, and all of it for everybody."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from baton.assistant import labels
from baton.assistant.conversations import TURNS
from baton.core.guards import COOKIE
from baton.core.staff import add_staff, open_session
from tests.assistant.judged_turns import add_turns, judge_all
from tests.browser.test_story_access import is_clean
from tests.journeys.site import Site, open_site

QUESTIONS = (
    "How long do I have to return something?",
    "What does shipping to Norway cost?",
    "When is the shop open?",
)
FORGIVEN = "Failed to load resource"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site("sqlite", tmp_path) as opened:
        yield opened


@asynccontextmanager
async def seated(site: Site, browser: Browser, role: str, **context: Any) -> AsyncIterator[Page]:
    """A page of somebody signed in as `role`; afterwards it must not have complained."""
    staff = await site.ground.writer.run(lambda tx: add_staff(tx, name=role.capitalize(), role=role))
    cookie, _ = await site.ground.writer.run(lambda tx: open_session(tx, staff, hours=1))
    opened = await browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context))
    await opened.add_cookies([{"name": COOKIE, "value": cookie, "url": site.address}])
    page, complaints = await opened.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    try:
        yield page
    finally:
        await opened.close()
    assert [line for line in complaints if not line.startswith(FORGIVEN)] == []


async def ask_all(site: Site) -> None:
    for question in QUESTIONS:
        async with site.visitor() as visitor:
            await visitor.say(question, "m1")
            await site.answer(visitor)


async def fill(site: Site, count: int) -> None:
    """Judged turns that answered, as many as a site has after months."""
    chance, writer = random.Random(5), site.ground.writer
    reasons = [{"code": "confident", "text": "It was sure."}]
    await writer.run(lambda tx: add_turns(tx, count, chance, "returns"))
    await writer.run(lambda tx: tx.connection.execute(TURNS.update().values(reasons=reasons)))
    await writer.run(lambda tx: judge_all(tx, count, chance))


async def test_a_content_owner_draws_judges_undoes_and_skips_by_keys(site: Site, chromium: Browser) -> None:
    await ask_all(site)
    async with seated(site, chromium, "content") as page:
        await page.goto(f"{site.address}/assistant")
        await expect(page.get_by_role("navigation", name="Assistant")).to_have_text("Judge turns")
        await expect(page.get_by_role("heading", name="No turns are drawn yet")).to_be_visible()
        await page.get_by_role("button", name="Draw 50 more turns").focus()
        await page.keyboard.press("Enter")
        question = page.locator(".asked")
        await expect(question).to_be_visible()
        await expect(page.locator("blockquote").first).not_to_be_empty()
        assert "sure of it" not in await page.locator("#main").inner_text()
        first = await question.inner_text()
        await page.keyboard.press("1")
        await expect(page.locator(".notice").get_by_text("Judged: Right. The assistant was")).to_be_visible()
        await expect(page.locator("#progress-words")).to_contain_text("1 judged, 2 left")
        await expect(question).not_to_have_text(first)
        await page.keyboard.press("u")
        await expect(question).to_have_text(first)
        await expect(page.locator("#progress-words")).to_contain_text("0 judged, 3 left")
        await page.keyboard.press("s")
        await expect(question).not_to_have_text(first)
        for left in (1, 0):
            await page.keyboard.press("4")
            await expect(page.locator("#progress-words")).to_contain_text(f"{left + 1} left")
        await expect(page.get_by_role("heading", name="You have skipped what is left")).to_be_visible()
        await page.get_by_role("link", name="Show them again").click()
        await page.get_by_role("button", name="Can't tell").click()
        await expect(page.get_by_role("heading", name="All drawn turns are judged")).to_be_visible()
    found = await site.ground.database.read(labels.judged)
    assert [one.verdict for one in found] == ["not_covered", "not_covered"]


async def test_a_verdict_that_is_refused_is_said_and_the_turn_stays(site: Site, chromium: Browser) -> None:
    await ask_all(site)
    await site.ground.writer.run(lambda tx: labels.draw(tx, 3, random.Random(1)))
    async with seated(site, chromium, "supervisor") as page:
        await page.goto(f"{site.address}/assistant/labels")
        question = await page.locator(".asked").inner_text()
        await page.context.set_offline(True)
        await page.keyboard.press("1")
        await expect(page.get_by_role("alert")).to_contain_text("The server was not reached.")
        await expect(page.locator(".asked")).to_have_text(question)
        await page.context.set_offline(False)
        await page.keyboard.press("1")
        await expect(page.locator("#progress-words")).to_contain_text("1 judged")
        await expect(page.get_by_role("alert")).to_have_count(0)


async def test_the_slider_moves_the_outcome_and_the_mark(site: Site, chromium: Browser) -> None:
    await fill(site, 300)
    async with seated(site, chromium, "supervisor") as page:
        await page.goto(f"{site.address}/assistant/confidence?rate=24")
        said, chart = page.locator("[data-said]"), page.locator("#automation-chart")
        await expect(said).to_contain_text("At 24 %")
        before = await chart.inner_html()
        await page.get_by_role("slider", name="Highest error rate").focus()
        for _ in range(20):
            await page.keyboard.press("ArrowLeft")
        await expect(said).to_contain_text("At 4 %")
        await expect(page.get_by_label("Lines for config.yaml")).to_have_text("assistant:\n  max_error_rate: 0.04")
        await expect(page).to_have_url(f"{site.address}/assistant/confidence?rate=4")
        await expect(page.get_by_role("slider")).to_be_focused()
        assert await chart.inner_html() != before
        await page.context.set_offline(True)
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("alert")).to_contain_text("The server was not reached.")
        await page.context.set_offline(False)
        await page.keyboard.press("ArrowRight")
        await expect(said).to_contain_text("At 6 %")


async def test_without_scripts_the_form_does_the_same(site: Site, chromium: Browser) -> None:
    await fill(site, 80)
    async with seated(site, chromium, "admin", java_script_enabled=False) as page:
        await page.goto(f"{site.address}/assistant/confidence")
        await page.get_by_role("slider", name="Highest error rate").focus()
        await page.keyboard.press("ArrowRight")
        await page.get_by_role("button", name="Look").click()
        await expect(page).to_have_url(f"{site.address}/assistant/confidence?rate=6")
        await expect(page.locator("[data-said]")).to_contain_text("At 6 %")
        await expect(page.get_by_role("img", name="Reliability:")).to_be_visible()
        await expect(page.get_by_role("row", name="returns")).to_contain_text("80 →")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_pages_that_are_empty_or_full(site: Site, chromium: Browser, scheme: Any) -> None:
    await ask_all(site)
    async with seated(site, chromium, "admin", color_scheme=scheme, reduced_motion="reduce") as page:
        for count in (0, 100):
            if count:
                await fill(site, count)
                await ask_all(site)
                await site.ground.writer.run(lambda tx: labels.draw(tx, 50, random.Random(1)))
            for tab in ("confidence", "labels"):
                for width in (1280, 390):
                    await page.set_viewport_size({"width": width, "height": 844})
                    await page.goto(f"{site.address}/assistant/{tab}")
                    await page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
                    await is_clean(page)
                    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                    assert await page.evaluate(overflow) == 0, (tab, width)


async def test_only_supervisors_see_confidence(site: Site, chromium: Browser) -> None:
    for role, tab, status in (("content", "confidence", 403), ("agent", "labels", 403), ("supervisor", "labels", 200)):
        async with seated(site, chromium, role) as page:
            answer = await page.goto(f"{site.address}/assistant/{tab}")
            assert answer is not None and answer.status == status, (role, tab)
